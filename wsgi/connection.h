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

#include "body.h"
#include "output.h"
#include "parser.h"
#include "transport.h"

enum {
    CONNECTION_BUFFER_BYTES = PARSER_HEAD_BYTES,   /* bytes received ahead, each */
    CONNECTION_DRAIN_BYTES = WSGI_DRAIN_BYTES,     /* bytes that are read and dropped after a response */
    CONNECTION_REQUESTS = WSGI_REQUESTS,           /* requests; the last one is answered with Connection: close */
    CONNECTION_FIRST_BYTE_MS = WSGI_FIRST_BYTE_MS, /* milliseconds until the first byte; then closed without a word */
    CONNECTION_HEAD_MS = WSGI_HEAD_MS,             /* milliseconds for a head, from its first byte; then 408 */
    CONNECTION_BODY_MS = WSGI_BODY_MS,             /* milliseconds a body may be behind its rate; then 408 */
    CONNECTION_BODY_RATE = WSGI_BODY_RATE,         /* bytes a second that a body must arrive with */
    CONNECTION_CONTENDED_MS = WSGI_CONTENDED_MS,   /* milliseconds, for CONNECTION_BODY_MS while others wait */
    CONNECTION_IDLE_MS = WSGI_IDLE_MS,             /* milliseconds between requests; then closed without a word */
    CONNECTION_SEND_MS = WSGI_SEND_MS,             /* milliseconds a client may be behind its rate; then reset */
    CONNECTION_SEND_RATE = WSGI_SEND_RATE,         /* bytes a second that it must take of what waits for it */
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
    int refusal;          /* why it is REFUSED, or its body could not be read: a parser_error or one of the below */
    bool owes_continue;   /* the client waits for 100 Continue before it sends the body */
    unsigned requests;    /* begun so far */
    uint64_t since_us;    /* when it became IDLE, or its head began */
    uint64_t due_us;      /* when patience with what the client sends ends; 0: never */
    uint64_t send_due_us; /* when patience with what it takes ends; 0: never */
    int64_t patience_us;  /* how much of CONNECTION_BODY_MS a body has left; below 0: it is late */
    uint64_t send_patience_us; /* how much of CONNECTION_SEND_MS a response has left */
    uint64_t drain_left;       /* bytes that are still dropped, when DRAINING */
    struct body body;
    /* buffer[at..ready) is decoded body that nobody has taken yet, buffer[next..end) what
     * follows the body; until the body is over, ready, next and end are one. */
    size_t at, ready, next, end;
    char buffer[CONNECTION_BUFFER_BYTES];
};

/* Further refusals, beside those of the parser. */
enum {
    CONNECTION_TIMED_OUT = -100,  /* 408 */
    CONNECTION_INCOMPLETE = -102, /* 400: the client ended its side within the body */
    CONNECTION_CROWDED = -101,    /* 503: the address has more than its share of connections, and others wait */
};

/* A result beside those of the transport: the body is malformed, see `refusal`. */
enum { CONNECTION_BAD_BODY = -3 };

/* Sets the clock of all connections: microseconds, monotonic. */
void connection_set_clock(uint64_t (*now_us)(void));

/* The clock, microseconds. */
uint64_t connection_now_us(void);

/* Begins with an accepted transport, which then belongs to the FREE connection. */
void connection_open(struct connection *connection, const struct transport *transport);

/* Moves bytes and checks time-outs.  Returns whether anything changed.  In states
 * READY, REFUSED and RESPONDING it does nothing.  Never enters Python. */
bool connection_advance(struct connection *connection);

/* Gives up a request that is not complete: it is answered with what `refusal` says. */
void connection_refuse(struct connection *connection, int refusal);

/* Sends queued output and watches the time.  Returns the bytes taken, or
 * TRANSPORT_RESET when the client is gone or takes nothing any more. */
int connection_flush(struct connection *connection);

/* Whether the client, as far as is known, would still take bytes. */
bool connection_is_alive(const struct connection *connection);

/* The response is complete: its output is sent, then the next request is read, or the
 * connection closed if keep_alive is false. */
void connection_finish(struct connection *connection);

/* Ends the connection.  A client is made to see that a response is not whole: by a
 * close where the framing tells an early end, by a reset where it does not. */
void connection_cut(struct connection *connection, bool reset);

/* Bytes of the body that nobody has taken yet, arrived or not; UINT64_MAX when only
 * the client knows. */
uint64_t connection_body_left(const struct connection *connection);

/* Takes at most len bytes of the body.  Returns their number, 0 for "not now" (or
 * nothing left: see connection_body_left()), a transport_error or CONNECTION_BAD_BODY.
 * Directly from the transport when the buffer is empty.  Says 100 Continue when it is owed. */
int connection_read_body(struct connection *connection, char *buf, size_t len);

/* Shows buffered bytes of the body, receiving some if there are none; taken by
 * connection_skip_body().  Once it has been called the head's bytes are gone.
 * Returns as connection_read_body(). */
int connection_peek_body(struct connection *connection, const char **bytes);

/* Takes n bytes that connection_peek_body() showed. */
void connection_skip_body(struct connection *connection, size_t n);

/* The body is waited for: the client's patience_us runs, as CONNECTION_CONTENDED_MS when
 * others wait for the application.  What arrives stops it, and adds to it by CONNECTION_BODY_RATE. */
void connection_await_body(struct connection *connection, bool contended);

/* Whether patience with what the client sends has ended. */
bool connection_is_due(const struct connection *connection);

/* When the connection wants to be looked at though no byte moves; UINT64_MAX: not. */
uint64_t connection_next_us(const struct connection *connection);

/* Blocks in the transport until something may have changed, at most max_ms milliseconds
 * and not beyond a time-out. */
void connection_wait(struct connection *connection, uint32_t max_ms);

#endif
