#include "connection.h"

#include <limits.h>
#include <string.h>

static uint64_t (*clock_us)(void);

void connection_set_clock(uint64_t (*now_us)(void))
{
    clock_us = now_us;
}

uint64_t connection_now_us(void)
{
    return clock_us();
}

static uint64_t us_from_ms(uint32_t ms)
{
    return (uint64_t)ms * 1000;
}

bool connection_is_due(const struct connection *connection)
{
    return connection->due_us != 0 && clock_us() >= connection->due_us;
}

/* patience_ms 0 is for ever. */
static void enter(struct connection *c, enum connection_state state, uint32_t patience_ms)
{
    c->state = state;
    c->due_us = 0;
    if (patience_ms > 0) {
        c->since_us = clock_us();
        c->due_us = c->since_us + us_from_ms(patience_ms);
    }
}

static void release(struct connection *c, bool reset)
{
    output_clear(&c->output);
    c->state = CONNECTION_FREE;
    c->due_us = c->send_due_us = 0;
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

void connection_open(struct connection *c, const struct transport *transport)
{
    c->transport = *transport;
    c->gone = 0;
    c->send_patience_us = us_from_ms(CONNECTION_SEND_MS); /* of a refusal */
    c->requests = 0;
    c->owes_continue = false;
    c->send_due_us = 0;
    body_begin(&c->body, false, 0);
    c->at = c->ready = c->next = c->end = 0;
    parser_reset(&c->parser);
    enter(c, CONNECTION_IDLE, CONNECTION_FIRST_BYTE_MS);
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

void connection_refuse(struct connection *c, int refusal)
{
    c->keep_alive = false;
    c->refusal = refusal;
    enter(c, CONNECTION_REFUSED, 0);
}

void connection_await_body(struct connection *c, bool contended)
{
    uint64_t now = clock_us();
    uint64_t most = now + us_from_ms(CONNECTION_CONTENDED_MS);

    if (c->due_us == 0) {
        c->due_us = now + (uint64_t)c->patience_us;
    }
    if (contended && c->due_us > most) {
        c->due_us = most;
    }
}

/* n bytes of the body came.  Patience is a bucket: it holds CONNECTION_BODY_MS, waiting
 * empties it and each byte fills in what it should have taken to come.  Only the
 * application looks often enough to hold a debt against the client. */
static void arrived(struct connection *c, int n)
{
    int64_t most = (int64_t)us_from_ms(CONNECTION_BODY_MS);

    if (c->due_us != 0) {
        c->patience_us = (int64_t)(c->due_us - clock_us());
        if (c->patience_us < 0 && c->state != CONNECTION_RESPONDING) {
            c->patience_us = 0;
        }
        c->due_us = 0;
    }
    c->patience_us += (int64_t)n * 1000000 / CONNECTION_BODY_RATE;
    if (c->patience_us > most) {
        c->patience_us = most;
    }
}

/* Decodes what has arrived.  Returns 0 or CONNECTION_BAD_BODY. */
static int decode(struct connection *c)
{
    size_t used;
    int n;

    if (body_is_over(&c->body)) {
        return 0;
    }
    n = body_decode(&c->body, c->buffer + c->ready, c->buffer + c->next, c->end - c->next, &used);
    if (n < 0) {
        c->refusal = n;
        c->keep_alive = false;
        return CONNECTION_BAD_BODY;
    }
    c->ready += (unsigned)n;
    c->next += used;
    if (!body_is_over(&c->body)) {
        c->next = c->end = c->ready; /* the framing takes no room */
    }
    return 0;
}

/* Whether the application can be called: what Python is entered for is here, so that a
 * client that stalls does not hold the only thread. */
static bool is_ready(const struct connection *c)
{
    return body_is_over(&c->body) || c->end == sizeof c->buffer || c->owes_continue;
}

static bool advance_body(struct connection *c)
{
    int n = 0, total = 0;

    while (!is_ready(c) && (n = fill(c)) > 0) {
        arrived(c, n);
        total += n;
        n = decode(c);
        if (n < 0) {
            connection_refuse(c, c->refusal);
            return true;
        }
    }
    if (is_ready(c)) {
        enter(c, CONNECTION_READY, 0);
        return true;
    }
    if (n < 0) {
        release(c, n == TRANSPORT_RESET);
        return true;
    }
    connection_await_body(c, false);
    if (connection_is_due(c)) {
        connection_refuse(c, CONNECTION_TIMED_OUT);
        return true;
    }
    return total > 0;
}

/* The head is complete and head_bytes long. */
static void begin_request(struct connection *c, size_t head_bytes)
{
    const struct request *request = &c->parser.request;

    c->keep_alive = request->keep_alive && ++c->requests < CONNECTION_REQUESTS;
    c->refusal = 0;
    c->patience_us = (int64_t)us_from_ms(CONNECTION_BODY_MS);
    c->send_patience_us = us_from_ms(CONNECTION_SEND_MS);
    c->at = c->ready = c->next = head_bytes;
    body_begin(&c->body, request->chunked, request->content_length);
    /* Who sends the body without waiting needs no word (RFC 9110 section 10.1.1). */
    c->owes_continue = request->expects_continue && !body_is_over(&c->body) && c->next == c->end;
    enter(c, CONNECTION_BODY, 0);
    if (decode(c) < 0) {
        connection_refuse(c, c->refusal);
    } else {
        advance_body(c);
    }
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
        connection_refuse(c, parsed);
    } else if (n < 0) {
        release(c, n == TRANSPORT_RESET); /* gone, with half a head at most */
    } else if (connection_is_due(c)) {
        if (c->state == CONNECTION_IDLE) {
            release(c, false);
        } else {
            connection_refuse(c, CONNECTION_TIMED_OUT);
        }
    } else {
        return n > 0;
    }
    return true;
}

/* Ready for the next request, of which bytes may already be here (pipelining). */
static void recycle(struct connection *c)
{
    c->end -= c->next;
    memmove(c->buffer, c->buffer + c->next, c->end);
    c->at = c->ready = c->next = 0;
    parser_reset(&c->parser);
    if (c->end > 0) {
        enter(c, CONNECTION_HEAD, CONNECTION_HEAD_MS);
    } else {
        enter(c, CONNECTION_IDLE, CONNECTION_IDLE_MS);
    }
}

/* Receives more of the body into the buffer, of which nobody needs anything any more.
 * Returns the bytes received, decoded or not, 0, a transport_error or CONNECTION_BAD_BODY. */
static int refill(struct connection *c)
{
    int n;

    c->at = c->ready = c->next = c->end = 0;
    n = receive(c, c->buffer, sizeof c->buffer);
    if (n <= 0) {
        return n;
    }
    arrived(c, n);
    c->end = (size_t)n;
    return decode(c) < 0 ? CONNECTION_BAD_BODY : n;
}

static bool advance_draining(struct connection *c)
{
    int n = 1;

    while (!body_is_over(&c->body) && n > 0 && c->drain_left > 0) {
        n = refill(c);
        if (n > 0) {
            c->drain_left -= (unsigned)n < c->drain_left ? (unsigned)n : c->drain_left;
        }
    }
    if (body_is_over(&c->body)) {
        recycle(c);
        return true;
    }
    connection_await_body(c, false);
    if (n < 0 || c->drain_left == 0 || connection_is_due(c)) {
        release(c, n == TRANSPORT_RESET);
        return true;
    }
    return false;
}

static bool advance_flushing(struct connection *c)
{
    int sent = connection_flush(c);
    uint64_t left = body_left(&c->body);

    if (sent < 0) {
        release(c, true);
        return true;
    }
    if (!output_is_empty(&c->output)) {
        return sent > 0;
    }
    if (!c->keep_alive || (left != UINT64_MAX && left > CONNECTION_DRAIN_BYTES)) {
        release(c, false);
    } else {
        c->drain_left = CONNECTION_DRAIN_BYTES;
        enter(c, CONNECTION_DRAINING, 0);
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

/* The client took n bytes.  The same bucket as in arrived(): only waiting with something left to take empties it. */
static void taken(struct connection *c, int n)
{
    uint64_t now = clock_us(), most = us_from_ms(CONNECTION_SEND_MS);

    if (c->send_due_us != 0) {
        c->send_patience_us = c->send_due_us > now ? c->send_due_us - now : 0;
    }
    c->send_patience_us += (uint64_t)n * 1000000 / CONNECTION_SEND_RATE;
    if (c->send_patience_us > most) {
        c->send_patience_us = most;
    }
    c->send_due_us = output_is_empty(&c->output) ? 0 : now + c->send_patience_us;
}

int connection_flush(struct connection *connection)
{
    int sent;

    if (output_is_empty(&connection->output)) {
        return 0;
    }
    sent = output_flush(&connection->output, &connection->transport);
    if (sent > 0 || connection->send_due_us == 0) {
        taken(connection, sent > 0 ? sent : 0);
    } else if (clock_us() >= connection->send_due_us) {
        return TRANSPORT_RESET;
    }
    return sent;
}

bool connection_is_alive(const struct connection *connection)
{
    return connection->transport.ops->send(connection->transport.ctx, "", 0, false) >= 0;
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

uint64_t connection_body_left(const struct connection *connection)
{
    uint64_t left = body_left(&connection->body);

    return left == UINT64_MAX ? left : left + (connection->ready - connection->at);
}

/* The application wants the body: now the client may send it. */
static void say_continue(struct connection *c)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

    if (c->owes_continue) {
        c->owes_continue = false;
        output_add(&c->output, interim, sizeof interim - 1);
        c->output.more = false;
        connection_flush(c); /* a lost client shows when it is read from */
    }
}

/* Receives until there is data in the buffer.  Returns its bytes, or as refill(). */
static int await_data(struct connection *c)
{
    int n = 1;

    if (c->refusal != 0) {
        return CONNECTION_BAD_BODY;
    }
    while (n > 0 && c->at == c->ready && !body_is_over(&c->body)) {
        say_continue(c);
        n = refill(c);
    }
    return n < 0 && c->at == c->ready ? n : (int)(c->ready - c->at);
}

int connection_read_body(struct connection *c, char *buf, size_t len)
{
    uint64_t plain = body_plain(&c->body);
    int n;

    if (len == 0) {
        return 0;
    }
    if (c->at == c->ready && plain > 0 && c->refusal == 0) {
        say_continue(c);
        n = receive(c, buf, len < plain ? len : (size_t)plain);
        if (n > 0) {
            arrived(c, n);
            body_skip(&c->body, (size_t)n);
        }
        return n;
    }
    n = await_data(c);
    if (n > 0) {
        n = (size_t)n < len ? n : (int)len;
        memcpy(buf, c->buffer + c->at, (size_t)n);
        c->at += (size_t)n;
    }
    return n;
}

int connection_peek_body(struct connection *connection, const char **bytes)
{
    int n = await_data(connection);

    if (n > 0) {
        *bytes = connection->buffer + connection->at;
    }
    return n;
}

void connection_skip_body(struct connection *connection, size_t n)
{
    connection->at += n;
}

uint64_t connection_next_us(const struct connection *connection)
{
    uint64_t due = connection->due_us != 0 ? connection->due_us : UINT64_MAX;

    return connection->send_due_us != 0 && connection->send_due_us < due ? connection->send_due_us : due;
}

void connection_wait(struct connection *connection, uint32_t max_ms)
{
    uint64_t next = connection_next_us(connection), now = clock_us();
    uint64_t left_ms = next > now ? (next - now + 999) / 1000 : 0;

    connection->transport.ops->wait(connection->transport.ctx, left_ms < max_ms ? (uint32_t)left_ms : max_ms);
}
