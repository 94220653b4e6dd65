/* The clients of fuzz_tls.c: mbedTLS's own, one for each line, so that what they send is right until the input spoils it. */
#ifndef TLS_PEER_H
#define TLS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of what a client wants. */
enum {
    PEER_OLD = 1,
    PEER_P256 = 2,
    PEER_AES = 4,
    PEER_RESUMES = 8,
    PEER_ALPN = 16,
    PEER_SMALL = 32,
    PEER_NAME = 64,
    PEER_KNOWN = 128, /* by a certificate, where there are any */
};

/* Begins a new client on a line; what the one before it had is given back. */
void peer_begin(unsigned line, unsigned wants);

/* Goes on with its handshake, or reads what came; what it sends waits in peer_sent().  Returns whether it got further. */
bool peer_step(unsigned line);

/* Sends so many bytes of its data, byte i of which is peer_byte(i); or a good-bye. */
void peer_write(unsigned line, size_t length);
void peer_close(unsigned line);

/* It has no way to send any more. */
void peer_stop(unsigned line);

/* Sends a record of any type and content, authentic as its own are. */
void peer_record(unsigned line, unsigned type, const uint8_t *content, size_t length);

/* What it has sent since the last call; the peer's memory, until it sends again. */
uint8_t *peer_sent(unsigned line, size_t *length);

struct peer_progress {
    bool shaken;          /* the handshake is done */
    bool over;            /* it has failed, or the device has said good-bye */
    size_t written, read; /* bytes of data */
    int result;           /* mbedTLS's last */
};

/* How far it has come since it began. */
void peer_progress(unsigned line, struct peer_progress *progress);

/* Byte i of all data, in both directions. */
uint8_t peer_byte(size_t i);

/* Gives back everything, sessions to resume as well. */
void peer_end_all(void);

#endif
