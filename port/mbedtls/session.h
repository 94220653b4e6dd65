/* One TLS session over a plain transport: its handshake, its records, its memory.  Only tls.c uses it. */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "mbedtls/ssl.h"
#include "peer.h"
#include "transport.h"

enum {
    SESSION_BYTES = TLS_SESSION_BYTES, /* all that mbedTLS may take for one session */
    SESSION_VARIABLES = 2 + PEER_VARIABLES + 1,
};

enum session_state {
    SESSION_FREE,
    SESSION_ARRIVED,   /* nothing has been done for it yet */
    SESSION_HANDSHAKE, /* under way */
    SESSION_FINISHED,  /* the handshake is done; the dispatcher has no slot yet */
    SESSION_OPEN,      /* the dispatcher's */
    SESSION_CLOSING,   /* it has let go; what it sent is still on its way */
};

struct session {
    enum session_state state;
    bool more;       /* the bytes that mbedTLS sends have others behind them */
    bool told;       /* an alert was sent in answer to what came last */
    bool described;  /* variables holds what an app may know of it */
    bool at_end;     /* nothing comes from the client any more */
    bool failed;     /* by a record that cannot be read; the client has been told why */
    size_t unsent;   /* bytes of the dispatcher's in a record that could not be sent yet; they count as taken */
    uint64_t due_us; /* when patience ends, in the states where there is any */
    struct transport lower;
    mbedtls_ssl_context ssl;
    struct transport_variable variables[SESSION_VARIABLES]; /* what an app may know of it */
    struct peer_texts *texts;                               /* what some of them lie in */
    struct arena arena;
    _Alignas(16) uint8_t memory[SESSION_BYTES];
};

/* Begins on a session whose lower transport is set.  Returns 0, or an error of mbedTLS's: no memory. */
int session_begin(struct session *session, const mbedtls_ssl_config *config);

/* One step of the handshake, as far as the client's bytes go; at most one operation on an elliptic curve of each kind.
 * Returns 1 when it has ended well, 0 when it goes on, below 0 when it has failed: the client has been told why.
 * *busy says whether there may be more to do at once. */
int session_handshake(struct session *session, bool *busy);

/* The operations of the transport seam. */
int session_recv(struct session *session, void *buf, size_t len);
int session_send(struct session *session, const void *buf, size_t len, bool more);

/* Sends what is left and says good-bye (close_notify).  Returns whether that is done, or cannot be done any more. */
bool session_finish(struct session *session);

/* Forgets keys and memory; the lower transport is the caller's. */
void session_end(struct session *session);

#endif
