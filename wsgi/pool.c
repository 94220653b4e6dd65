#include "pool.h"

#include <string.h>

_Static_assert(POOL_CONNECTIONS > 0 && POOL_PER_ADDRESS > 0, "somebody has to be served");

struct connection pool_connections[POOL_CONNECTIONS];
unsigned pool_taken_end; /* pool_accept() raises it, pool_make_room() lowers it */
static bool wanted;      /* somebody was turned away */
static char wanted_by[sizeof((struct transport *)0)->peer_address]; /* who */
static const char *wanted_scheme;                                   /* and over what */

void pool_start(uint64_t (*now_us)(void))
{
    wanted = false;
    connection_set_clock(now_us);
}

void pool_release(void)
{
    for (unsigned i = 0; i < pool_taken_end; i++) {
        if (pool_connections[i].state == CONNECTION_RESPONDING || pool_connections[i].state == CONNECTION_FLUSHING) {
            connection_cut(&pool_connections[i], true);
        }
    }
}

void pool_stop(void)
{
    for (unsigned i = 0; i < pool_taken_end; i++) {
        if (pool_connections[i].state != CONNECTION_FREE) {
            connection_cut(&pool_connections[i], true);
        }
    }
}

/* Whether its end would help who wants one: a session of HTTPS is scarcer than a slot. */
static bool is_of_use(const struct connection *c)
{
    return strcmp(wanted_scheme, "https") != 0 || strcmp(c->transport.scheme, "https") == 0;
}

/* When an idle connection may be closed for another; UINT64_MAX when it is not idle. */
static uint64_t spare_us(const struct connection *c)
{
    return c->state == CONNECTION_IDLE && is_of_use(c) ? c->since_us + (uint64_t)POOL_SPARE_MS * 1000 : UINT64_MAX;
}

/* The one that is idle for longest, or NULL. */
static struct connection *longest_idle(void)
{
    struct connection *found = NULL;

    for (unsigned i = 0; i < pool_taken_end; i++) {
        if (spare_us(&pool_connections[i]) < (found == NULL ? UINT64_MAX : spare_us(found))) {
            found = &pool_connections[i];
        }
    }
    return found;
}

static unsigned count_of(const char *address)
{
    unsigned count = 0;

    for (unsigned i = 0; i < pool_taken_end; i++) {
        count += pool_connections[i].state != CONNECTION_FREE &&
                 strcmp(pool_connections[i].transport.peer_address, address) == 0;
    }
    return count;
}

/* Of several that want a slot, the one whose address has fewest is remembered. */
static void note_wish(const struct transport *transport)
{
    const char *address = transport->peer_address;

    if (!wanted || count_of(address) < count_of(wanted_by)) {
        memcpy(wanted_by, address, sizeof wanted_by);
        wanted_scheme = transport->scheme;
    }
    wanted = true;
}

bool pool_accept(const struct transport *transport)
{
    for (unsigned i = 0; transport->ctx != NULL && i < POOL_CONNECTIONS; i++) {
        if (pool_connections[i].state == CONNECTION_FREE) {
            bool crowded = count_of(transport->peer_address) >= POOL_ADDRESS_MOST;

            pool_taken_end = i < pool_taken_end ? pool_taken_end : i + 1;
            connection_open(&pool_connections[i], transport);
            if (crowded) {
                connection_refuse(&pool_connections[i], CONNECTION_CROWDED);
            }
            wanted = false; /* whoever is offered again and fails says so again */
            return true;
        }
    }
    note_wish(transport);
    return false;
}

/* The newest request that is still arriving from an address with more than its share,
 * of which the one that wants a slot is not; or NULL. */
static struct connection *beyond_share(void)
{
    struct connection *found = NULL;

    for (unsigned i = 0; i < pool_taken_end; i++) {
        struct connection *c = &pool_connections[i];

        if ((c->state == CONNECTION_HEAD || c->state == CONNECTION_BODY) &&
            strcmp(c->transport.peer_address, wanted_by) != 0 && is_of_use(c) &&
            count_of(c->transport.peer_address) > POOL_PER_ADDRESS &&
            (found == NULL || c->since_us > found->since_us)) {
            found = c;
        }
    }
    return found;
}

bool pool_make_room(void)
{
    struct connection *idle, *greedy;

    while (pool_taken_end > 0 && pool_connections[pool_taken_end - 1].state == CONNECTION_FREE) {
        pool_taken_end--;
    }
    if (!wanted) {
        return false;
    }
    idle = longest_idle();
    if (idle != NULL && spare_us(idle) <= connection_now_us()) {
        connection_cut(idle, false);
        wanted = false;
        return true;
    }
    greedy = beyond_share();
    if (greedy == NULL) {
        return false;
    }
    connection_refuse(greedy, CONNECTION_CROWDED);
    wanted = false;
    return true;
}

uint32_t pool_next_timeout_ms(void)
{
    struct connection *idle = wanted ? longest_idle() : NULL;
    uint64_t now;

    if (idle == NULL) {
        return UINT32_MAX;
    }
    now = connection_now_us();
    return spare_us(idle) <= now ? 0 : (uint32_t)((spare_us(idle) - now + 999) / 1000);
}

bool pool_has_ready(void)
{
    for (unsigned i = 0; i < pool_taken_end; i++) {
        if (pool_connections[i].state == CONNECTION_READY) {
            return true;
        }
    }
    return false;
}

void pool_advance(void)
{
    pool_make_room();
    for (unsigned i = 0; i < pool_taken_end; i++) {
        struct connection *c = &pool_connections[i];

        if (c->state == CONNECTION_RESPONDING) {
            connection_flush(c); /* a lost client is the response's to find */
            output_push(&c->output, &c->transport);
        } else if (c->state != CONNECTION_FREE) {
            connection_advance(c);
        }
    }
}
