/* One client: its transport, its receive buffer and where it stands.
 *
 * A connection reads requests and bodies and sends what a response queued.  It knows
 * no Python but the bytes object that its output may hold.  The life of a slot:
 *
 *   FREE -> IDLE -> HEAD -> BODY -> READY -> RESPONDING -> FLUSHING -> DRAINING -> IDLE ...
 *                     `-> REFUSED -> FLUSHING -> FREE
 */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output.h"
#include "parser.h"
#include "transport.h"

enum {
    CONNECTION_COUNT = 16,                       /* clients at a time, static */
    CONNECTION_BUFFER_BYTES = PARSER_HEAD_BYTES, /* bytes received ahead, each */
    CONNECTION_DRAIN_BYTES = 64 * 1024,          /* bytes of body that are read and dropped after a response */
    CONNECTION_HEAD_MS = 10000,                  /* milliseconds for a head, from its first byte */
    CONNECTION_BODY_MS = 5000,                   /* milliseconds without a byte of the body */
    CONNECTION_IDLE_MS = 15000,                  /* milliseconds between requests */
    CONNECTION_SEND_MS = 10000,                  /* milliseconds without the client taking a byte */
};

enum connection_state {
    CONNECTION_FREE,
    CONNECTION_IDLE,       /* no byte of a request yet */
    CONNECTION_HEAD,       /* a head is arriving */
    CONNECTION_BODY,       /* a body is arriving, up to the size of the buffer */
    CONNECTION_READY,      /* the application can be called */
    CONNECTION_REFUSED,    /* to be answered with `refusal` and closed */
    CONNECTION_RESPONDING, /* belongs to the response until connection_finish() or _cut() */
    CONNECTION_FLUSHING,   /* the response is complete, its last bytes wait to be sent */
    CONNECTION_DRAINING,   /* the rest of the request's body is read and dropped */
};

struct connection {
    enum connection_state state;
    bool keep_alive; /* another request may follow the present one */
    struct transport transport;
    struct parser parser;
    struct output output;
    int gone;             /* the transport_error that ended receiving, or 0 */
    int refusal;          /* a parser_error or CONNECTION_TIMED_OUT, when REFUSED */
    uint64_t due_us;      /* when patience ends; 0: never */
    uint64_t body_unread; /* bytes of the body not yet taken by anybody */
    size_t at, end;       /* buffer[at..end) has arrived and is not yet taken */
    char buffer[CONNECTION_BUFFER_BYTES];
};

enum { CONNECTION_TIMED_OUT = -100 /* a refusal: 408 */ };

/* Sets the pool's clock: microseconds, monotonic.  Connections that are open stay so. */
void connection_pool_start(uint64_t (*now_us)(void));

/* Ends what needs Python: connections that still send a response are reset.  Those that
 * read a request, or wait for their turn, go on. */
void connection_pool_release(void);

/* Resets every connection. */
void connection_pool_stop(void);

/* Takes a slot for an accepted transport, which then belongs to it.  Returns NULL when
 * all are taken; the transport then still belongs to the caller. */
struct connection *connection_open(const struct transport *transport);

/* The slot of a number below CONNECTION_COUNT; never NULL, maybe FREE. */
struct connection *connection_at(unsigned index);

/* The number of a slot. */
unsigned connection_index(const struct connection *connection);

/* The pool's clock, microseconds. */
uint64_t connection_now_us(void);

/* Moves bytes and checks time-outs.  Returns whether anything changed.  In states
 * READY, REFUSED and RESPONDING it does nothing. */
bool connection_advance(struct connection *connection);

/* Sends queued output while RESPONDING and watches the time.  Returns the bytes taken, or
 * TRANSPORT_RESET when the client is gone or takes nothing any more. */
int connection_flush(struct connection *connection);

/* The response is complete: its output is sent, then the next request is read, or the
 * connection closed if keep_alive is false. */
void connection_finish(struct connection *connection);

/* The response ends before its end.  The client is made to see it: by a close where the
 * framing tells an early end, by a reset where it does not. */
void connection_cut(struct connection *connection, bool reset);

/* Takes at most len bytes of the body.  Returns their number, 0 for "not now" (or
 * nothing left: see body_unread), or a transport_error.  Directly from the transport
 * when the buffer is empty. */
int connection_read_body(struct connection *connection, char *buf, size_t len);

/* Shows buffered bytes of the body, receiving some if there are none; taken by
 * connection_skip_body().  Once it has been called the head's bytes are gone.
 * Returns as connection_read_body(). */
int connection_peek_body(struct connection *connection, const char **bytes);

/* Takes n bytes that connection_peek_body() showed. */
void connection_skip_body(struct connection *connection, size_t n);

/* Starts the patience with a silent client anew: milliseconds from now; 0 is for ever. */
void connection_set_due(struct connection *connection, uint32_t ms);

/* Whether patience has ended. */
bool connection_is_due(const struct connection *connection);

/* Blocks in the transport until something may have changed, at most max_ms milliseconds
 * and not beyond the time-out. */
void connection_wait(struct connection *connection, uint32_t max_ms);

#endif
