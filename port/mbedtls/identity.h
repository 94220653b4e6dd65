/* Who the device is: a key of its own, and a certificate that it signs itself (RFC 5280). */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "mbedtls/pk.h"
#include "mbedtls/x509_crt.h"

enum { IDENTITY_FINGERPRINT_BYTES = 32 * 3 }; /* text: SHA-256 as AA:BB:..., with its NUL */

struct identity {
    mbedtls_pk_context key;       /* private; never leaves the device and is in no log */
    mbedtls_x509_crt certificate; /* of that key */
    char fingerprint[IDENTITY_FINGERPRINT_BYTES];
};

/* Whom the certificate names. */
struct identity_names {
    const char *host;             /* the common name, and a DNS name */
    const char *const *others;    /* further DNS names, ended by NULL */
    const char *const *addresses; /* IPv4 addresses as text, ended by NULL */
    int64_t not_before;           /* Unix time, in seconds: the certificate is good from then on, and does not end */
};

/* A source of random numbers as mbedTLS takes it. */
struct identity_random {
    int (*draw)(void *ctx, unsigned char *output, size_t length);
    void *ctx;
};

/* Takes a certificate, with its chain behind it, and the key to it, both PEM.  Returns 0, or an error of mbedTLS's: not
 * readable, not for each other, no memory; identity is then empty. */
int identity_read(struct identity *identity, const char *certificate, const char *key, struct identity_random random);

/* Reads who may sign certificates of clients, PEM.  To be freed by the caller, when there was an error too.  Returns 0, or
 * an error of mbedTLS's: not readable, no memory. */
int identity_read_authorities(mbedtls_x509_crt *authorities, const char *pem);

/* Makes a P-256 key and its certificate in memory of the arena that is entered.  Takes some ten million instructions.
 * Returns 0, or an error of mbedTLS's (no entropy, no memory); identity is then empty. */
int identity_make(struct identity *identity, const struct identity_names *names, struct identity_random random);

#endif
