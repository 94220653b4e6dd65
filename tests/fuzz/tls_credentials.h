/* What device and clients of a fuzzer of TLS prove themselves with: tls_unknown.c or tls_known.c. */
#ifndef TLS_CREDENTIALS_H
#define TLS_CREDENTIALS_H

#include "mbedtls/ssl.h"
#include "tls.h"

/* What the device is given; NULL: nothing, it makes key and certificate itself. */
extern const struct tls_credentials *const device_credentials;

struct client_credentials {
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
};

/* Lets a client with this configuration show a certificate that the device's authority has signed, if it has one.  What
 * it takes is of the arena that is entered, until it is freed in the same one. */
void client_credentials_show(struct client_credentials *credentials, mbedtls_ssl_config *config);
void client_credentials_free(struct client_credentials *credentials);

/* Holds what an app is told of a client against who there is, whatever was sent; anything else ends the program. */
void client_credentials_check(const struct transport_variable *variable);

#endif
