#include "connection.h"

#include <limits.h>
#include <string.h>

static struct connection pool[CONNECTION_COUNT];
static uint64_t (*clock_us)(void);

uint64_t connection_now_us(void)
{
    return clock_us();
}

struct connection *connection_at(unsigned index)
{
    return &pool[index];
}

unsigned connection_index(const struct connection *connection)
{
    return (unsigned)(connection - pool);
}

void connection_set_due(struct connection *connection, uint32_t ms)
{
    connection->due_us = ms == 0 ? 0 : clock_us() + (uint64_t)ms * 1000;
}

bool connection_is_due(const struct connection *connection)
{
    return connection->due_us != 0 && clock_us() >= connection->due_us;
}

static void enter(struct connection *c, enum connection_state state, uint32_t patience_ms)
{
    c->state = state;
    connection_set_due(c, patience_ms);
}

static void release(struct connection *c, bool reset)
{
    output_clear(&c->output);
    c->state = CONNECTION_FREE;
    c->due_us = 0;
    if (reset) {
        c->transport.ops->abort(c->transport.ctx);
    } else {
        c->transport.ops->close(c->transport.ctx);
    }
}

void connection_cut(struct connection *connection, bool reset)
{
    release(connection, reset);
}

void connection_pool_start(uint64_t (*now_us)(void))
{
    clock_us = now_us;
}

void connection_pool_release(void)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        if (pool[i].state == CONNECTION_RESPONDING || pool[i].state == CONNECTION_FLUSHING) {
            release(&pool[i], true);
        }
    }
}

void connection_pool_stop(void)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        if (pool[i].state != CONNECTION_FREE) {
            release(&pool[i], true);
        }
    }
}

struct connection *connection_open(const struct transport *transport)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        struct connection *c = &pool[i];

        if (c->state != CONNECTION_FREE) {
            continue;
        }
        c->transport = *transport;
        c->gone = 0;
        c->body_unread = 0;
        c->at = c->end = 0;
        parser_reset(&c->parser);
        enter(c, CONNECTION_IDLE, CONNECTION_IDLE_MS);
        return c;
    }
    return NULL;
}

/* Bytes of the body that lie in the buffer. */
static size_t buffered(const struct connection *c)
{
    size_t n = c->end - c->at;

    return n < c->body_unread ? n : (size_t)c->body_unread;
}

/* One recv, of at most len bytes; keeps note of a closed or lost client. */
static int receive(struct connection *c, char *buf, size_t len)
{
    int n;

    if (c->gone != 0) {
        return c->gone;
    }
    n = c->transport.ops->recv(c->transport.ctx, buf, len > INT_MAX ? INT_MAX : len);
    if (n < 0) {
        c->gone = n;
    }
    return n;
}

/* Fills the buffer as far as bytes are there.  Returns their number, or a
 * transport_error when there were none before the end. */
static int fill(struct connection *c)
{
    int total = 0;

    while (c->end < sizeof c->buffer) {
        int n = receive(c, c->buffer + c->end, sizeof c->buffer - c->end);

        if (n <= 0) {
            return total > 0 ? total : n;
        }
        c->end += (size_t)n;
        total += n;
    }
    return total;
}

static void refuse(struct connection *c, int refusal)
{
    c->keep_alive = false;
    c->refusal = refusal;
    enter(c, CONNECTION_REFUSED, 0);
}

/* Waits for as much of the body as fits before Python is entered, so that a client that
 * stalls does not hold the only thread. */
static bool advance_body(struct connection *c)
{
    int sent = output_flush(&c->output, &c->transport);
    int n = sent < 0 ? sent : 0;

    if (sent >= 0 && c->end < sizeof c->buffer && c->end - c->at < c->body_unread) {
        n = fill(c);
    }
    if (n > 0) {
        connection_set_due(c, CONNECTION_BODY_MS);
    }
    if (output_is_empty(&c->output) && (c->end - c->at >= c->body_unread || c->end == sizeof c->buffer)) {
        enter(c, CONNECTION_READY, 0);
        return true;
    }
    if (n < 0) {
        release(c, n == TRANSPORT_RESET);
        return true;
    }
    if (connection_is_due(c)) {
        output_clear(&c->output);
        refuse(c, CONNECTION_TIMED_OUT);
        return true;
    }
    return n > 0 || sent > 0;
}

/* The head is complete and head_bytes long. */
static void begin_request(struct connection *c, size_t head_bytes)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    const struct request *request = &c->parser.request;

    c->at = head_bytes;
    c->body_unread = request->content_length;
    c->keep_alive = request->keep_alive;
    if (request->expects_continue && c->body_unread > 0 && c->at == c->end) {
        output_add(&c->output, interim, sizeof interim - 1);
    }
    enter(c, CONNECTION_BODY, CONNECTION_BODY_MS);
    advance_body(c);
}

static bool advance_head(struct connection *c)
{
    int n = fill(c);
    int parsed = 0;

    if (n > 0 && c->state == CONNECTION_IDLE) {
        enter(c, CONNECTION_HEAD, CONNECTION_HEAD_MS);
    }
    if (c->state == CONNECTION_HEAD) {
        parsed = parser_parse(&c->parser, c->buffer, c->end);
    }
    if (parsed > 0) {
        begin_request(c, (size_t)parsed);
    } else if (parsed < 0) {
        refuse(c, parsed);
    } else if (n < 0) {
        release(c, n == TRANSPORT_RESET); /* gone, with half a head at most */
    } else if (connection_is_due(c)) {
        if (c->state == CONNECTION_IDLE) {
            release(c, false);
        } else {
            refuse(c, CONNECTION_TIMED_OUT);
        }
    } else {
        return n > 0;
    }
    return true;
}

/* Ready for the next request, of which bytes may already be here (pipelining). */
static void recycle(struct connection *c)
{
    c->end -= c->at;
    memmove(c->buffer, c->buffer + c->at, c->end);
    c->at = 0;
    parser_reset(&c->parser);
    if (c->end > 0) {
        enter(c, CONNECTION_HEAD, CONNECTION_HEAD_MS);
    } else {
        enter(c, CONNECTION_IDLE, CONNECTION_IDLE_MS);
    }
}

static bool advance_draining(struct connection *c)
{
    const char *bytes;
    int n = 0;

    while (c->body_unread > 0) {
        n = connection_peek_body(c, &bytes);
        if (n <= 0) {
            break;
        }
        connection_skip_body(c, (size_t)n);
        connection_set_due(c, CONNECTION_BODY_MS);
    }
    if (c->body_unread == 0) {
        recycle(c);
        return true;
    }
    if (n < 0 || connection_is_due(c)) {
        release(c, n == TRANSPORT_RESET);
        return true;
    }
    return false;
}

static bool advance_flushing(struct connection *c)
{
    int sent = connection_flush(c);

    if (sent < 0) {
        release(c, true);
        return true;
    }
    if (!output_is_empty(&c->output)) {
        return sent > 0;
    }
    if (!c->keep_alive || c->body_unread - buffered(c) > CONNECTION_DRAIN_BYTES) {
        release(c, false);
    } else {
        enter(c, CONNECTION_DRAINING, CONNECTION_BODY_MS);
        advance_draining(c);
    }
    return true;
}

bool connection_advance(struct connection *connection)
{
    switch (connection->state) {
    case CONNECTION_IDLE:
    case CONNECTION_HEAD:
        return advance_head(connection);
    case CONNECTION_BODY:
        return advance_body(connection);
    case CONNECTION_FLUSHING:
        return advance_flushing(connection);
    case CONNECTION_DRAINING:
        return advance_draining(connection);
    default:
        return false;
    }
}

int connection_flush(struct connection *connection)
{
    int sent;

    if (output_is_empty(&connection->output)) {
        return 0;
    }
    sent = output_flush(&connection->output, &connection->transport);
    if (output_is_empty(&connection->output)) {
        connection->due_us = 0;
    } else if (sent > 0 || connection->due_us == 0) {
        connection_set_due(connection, CONNECTION_SEND_MS);
    } else if (connection_is_due(connection)) {
        return TRANSPORT_RESET;
    }
    return sent;
}

void connection_finish(struct connection *connection)
{
    connection->output.more = false;
    enter(connection, CONNECTION_FLUSHING, 0);
    if (output_is_empty(&connection->output)) {
        output_push(&connection->output, &connection->transport);
    }
    advance_flushing(connection);
}

int connection_read_body(struct connection *connection, char *buf, size_t len)
{
    size_t n = buffered(connection);
    int got;

    if (len > connection->body_unread) {
        len = (size_t)connection->body_unread;
    }
    if (n == 0) {
        got = len > 0 ? receive(connection, buf, len) : 0;
        if (got > 0) {
            connection->body_unread -= (unsigned)got;
        }
        return got;
    }
    if (n > len) {
        n = len;
    }
    if (n > INT_MAX) {
        n = INT_MAX;
    }
    memcpy(buf, connection->buffer + connection->at, n);
    connection_skip_body(connection, n);
    return (int)n;
}

int connection_peek_body(struct connection *connection, const char **bytes)
{
    if (buffered(connection) == 0) {
        uint64_t room = connection->body_unread;
        int n;

        if (room > sizeof connection->buffer) {
            room = sizeof connection->buffer;
        }
        if (room == 0) {
            return 0;
        }
        connection->at = connection->end = 0;
        n = receive(connection, connection->buffer, (size_t)room);
        if (n <= 0) {
            return n;
        }
        connection->end = (size_t)n;
    }
    *bytes = connection->buffer + connection->at;
    return (int)buffered(connection);
}

void connection_skip_body(struct connection *connection, size_t n)
{
    connection->at += n;
    connection->body_unread -= n;
}

void connection_wait(struct connection *connection, uint32_t max_ms)
{
    if (connection->due_us != 0) {
        uint64_t now = clock_us();
        uint64_t left_ms = connection->due_us > now ? (connection->due_us - now + 999) / 1000 : 0;

        if (left_ms < max_ms) {
            max_ms = (uint32_t)left_ms;
        }
    }
    connection->transport.ops->wait(connection->transport.ctx, max_ms);
}
