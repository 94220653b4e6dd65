/* All connections: a static pool, who gets a slot of it, and who has to leave.
 *
 * A client is never kept waiting for the sake of one that says nothing: when all slots
 * are taken, the longest idle connection is closed, and if there is none, the newest
 * request still arriving from an address that has more than its share is refused.
 * Whoever is being served is left alone.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"

enum {
    POOL_CONNECTIONS = WSGI_CONNECTIONS,             /* clients at a time, static */
    POOL_PER_ADDRESS = WSGI_CONNECTIONS_PER_ADDRESS, /* those an address keeps when another wants one; beyond: 503 */
    POOL_ADDRESS_MOST = WSGI_ADDRESS_CONNECTIONS,    /* those an address may have at all; one more gets 503 */
    POOL_SPARE_MS = WSGI_SPARE_MS,                   /* milliseconds an idle connection is safe from it */
};

/* Sets the clock: microseconds, monotonic.  Connections that are open stay so. */
void pool_start(uint64_t (*now_us)(void));

/* Ends what needs Python: connections that still send a response are reset.  Those that
 * read a request, or wait for their turn, go on. */
void pool_release(void);

/* Resets every connection. */
void pool_stop(void);

/* Takes a slot for an accepted transport, which then belongs to it, if only to be refused. Returns false when
 * all are taken, and always when the transport has no ctx yet for want of a slot of its own:
 * it still belongs to the caller, who should offer it again; pool_make_room() has been told. */
bool pool_accept(const struct transport *transport);

/* The slot of a number below POOL_CONNECTIONS; never NULL, maybe FREE. */
static inline struct connection *pool_at(unsigned index)
{
    extern struct connection pool_connections[POOL_CONNECTIONS]; /* here, as the loop asks for all of them each time */

    return &pool_connections[index];
}

/* One more than the highest number of a slot that may be taken: for loops, which need not look at the rest. */
static inline unsigned pool_end(void)
{
    extern unsigned pool_taken_end;

    return pool_taken_end;
}

/* If somebody was turned away since the last call: closes or refuses one connection as said
 * above, if there is one.  Returns whether anything changed. */
bool pool_make_room(void);

/* Milliseconds until pool_make_room() may have something to do; UINT32_MAX: not to be waited for. */
uint32_t pool_next_timeout_ms(void);

/* Whether a request is complete and waits for the application. */
bool pool_has_ready(void);

/* Moves every connection but those that wait for the application or are in its hands, of which
 * only the output is sent.  Never enters Python, so that it may be called while Python runs. */
void pool_advance(void);

#endif
