/* The transport seam: a byte stream to one client.
 *
 * wsgi/ knows connections only through this.  Plain TCP (port/lwip) is one
 * implementation, TLS another; tests supply their own.  No function but wait()
 * blocks, and none calls into Python.
 */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport_error {
    TRANSPORT_CLOSED = -1, /* the peer has closed its side in order; never reported as 0 */
    TRANSPORT_RESET = -2,  /* the connection is gone; nothing more can be sent */
};

struct transport_ops {
    /* Copies at most len bytes into buf.  Returns the number of bytes (> 0), 0 for
     * "not now", or a transport_error. */
    int (*recv)(void *ctx, void *buf, size_t len);

    /* Takes at most len bytes of buf; what is taken is copied, buf stays the
     * caller's.  `more` says that the caller has further bytes to send at once, so
     * that small pieces share a segment; the last call of a burst passes false.
     * len 0 with more false only pushes out what was held back.  Returns the number of
     * bytes taken (> 0), 0 for "not now" (send buffer full), or TRANSPORT_RESET. */
    int (*send)(void *ctx, const void *buf, size_t len, bool more);

    /* Ends the connection in order: bytes already taken are delivered, then FIN.
     * Bytes of the client that arrive later are read and dropped for a bounded time.
     * ctx must not be used afterwards. */
    void (*close)(void *ctx);

    /* Ends the connection at once with a reset.  ctx must not be used afterwards. */
    void (*abort)(void *ctx);

    /* Lets the network run, and sleeps, until something about any connection may have
     * changed, at most max_ms milliseconds.  The only function that blocks. */
    void (*wait)(void *ctx, uint32_t max_ms);
};

/* Something an app may know of the connection: a key of its environ. */
struct transport_variable {
    const char *name;  /* NULL ends an array of them */
    const char *value; /* Latin-1 */
};

/* One accepted connection, passed by value.  The strings inside are copies. */
struct transport {
    const struct transport_ops *ops; /* static */
    void *ctx;                       /* the implementation's; its lifetime ends in close or abort */
    const char *scheme;              /* "http" or "https", static */
    char peer_address[40];           /* text form, RFC 5952 */
    char local_address[40];
    const struct transport_variable *variables; /* the implementation's, as long as ctx; NULL: none */
    uint16_t peer_port;
    uint16_t local_port;
};

#endif
