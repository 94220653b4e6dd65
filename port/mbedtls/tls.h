/* HTTPS: TLS 1.2 and 1.3 between a plain transport and the dispatcher.
 *
 * There are TLS_SESSIONS sessions, each with memory of its own.  Handshakes go on step by step in tls_poll(), so that one
 * costs other connections no more than its longest step, and a client that stalls no more than its session.  Never enters
 * Python. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "transport.h"

/* What an image has been given to prove itself with, and to know its clients by.  Texts are PEM and static. */
struct tls_credentials {
    const char *certificate; /* with the chain behind it; NULL: the device makes key and certificate itself */
    const char *key;         /* of the certificate, not encrypted; whoever has the image has it */
    const char *client_ca;   /* who may sign clients' certificates; NULL: clients are not asked for one */
    bool client_required;    /* who has none is refused; else served, without SSL_CLIENT_* */
};

struct tls_settings {
    const char *host;                                 /* the device's name, in its certificate; static */
    const char *address;                              /* its IPv4 address as text, copied */
    int64_t not_before;                               /* Unix time, in seconds: when its certificate begins */
    const struct tls_credentials *credentials;        /* NULL: none */
    int64_t (*realtime)(void);                        /* as clock_known_time() */
    int (*accept)(const struct transport *transport); /* takes a session over as wsgi_server_accept() does */
};

/* How full the sessions are. */
struct tls_use {
    unsigned used, size, most;                   /* sessions */
    unsigned refused;                            /* handshakes that failed or took too long */
    unsigned arena_used, arena_size, arena_most; /* bytes: all sessions together, and what one has and took at most */
    unsigned shared_most;                        /* bytes that outlive sessions, at most */
};

/* The service as an image has it, or has not (application.h): an image that does not name it links nothing of TLS. */
struct tls {
    /* Makes the device's key and certificate, some ten million instructions, or takes those it is given.  Returns 0,
     * PORT_ERR_ARG: the credentials cannot be read or do not belong together, or PORT_ERR_IO: no entropy, no memory. */
    int (*start)(const struct tls_settings *settings);

    /* For tcp_transport_listen(): takes a plain connection over.  -1: all sessions are taken. */
    int (*accept)(const struct transport *lower);

    /* Goes on with handshakes and closing connections, one step each.  Returns whether to call again without sleeping. */
    bool (*poll)(void);

    /* Milliseconds until poll() has something to do though nothing arrives; UINT32_MAX when it has not. */
    uint32_t (*next_timeout_ms)(void);

    /* SHA-256 of the certificate as text, AA:BB:...; static. */
    const char *(*fingerprint)(void);

    /* Fills *use. */
    void (*use)(struct tls_use *use);
};

extern const struct tls tls;

#endif
