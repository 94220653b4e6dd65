#include "framing.h"

#include <string.h>

enum { FRAMING_SMALL_BYTES = 512 /* bytes; a smaller piece is copied behind its head, to leave in one send */ };

static void append_line(struct head *head, const char *line)
{
    head_append(head, line, strlen(line)); /* HEAD_RESERVE_BYTES holds all of them */
}

static void append_length(struct head *head, uint64_t length)
{
    char digits[20];
    size_t n = sizeof digits;

    do {
        digits[--n] = (char)('0' + length % 10);
        length /= 10;
    } while (length > 0);
    append_line(head, "Content-Length: ");
    head_append(head, digits + n, sizeof digits - n);
    append_line(head, "\r\n");
}

/* Decides where the body ends and says so.  known: the body is `length` bytes. */
static void frame(struct response *r, bool known, uint64_t length)
{
    struct connection *c = r->connection;
    bool bodiless = r->head.status == 204 || r->head.status == 304;

    if (r->head.status == 205) { /* RFC 9110 section 15.3.6: no content, and the client is told so */
        r->framing = RESPONSE_NO_BODY;
        append_length(&r->head, 0);
        return;
    }
    r->framing = RESPONSE_LENGTH;
    r->remaining = r->head.has_length ? r->head.content_length : length;
    if (bodiless || r->is_head) {
        r->framing = RESPONSE_NO_BODY;
        if (!bodiless && !r->head.has_length && known && length > 0) {
            append_length(&r->head, length); /* an empty list says nothing about GET */
        }
    } else if (!r->head.has_length && known) {
        append_length(&r->head, length);
    } else if (!r->head.has_length && c->parser.request.minor > 0) {
        r->framing = RESPONSE_CHUNKED;
        append_line(&r->head, "Transfer-Encoding: chunked\r\n");
    } else if (!r->head.has_length) {
        r->framing = RESPONSE_TO_CLOSE;
        c->keep_alive = false;
    }
}

/* Whether more of the body is left than connection_finish() reads. */
static bool is_beyond_draining(const struct connection *c)
{
    uint64_t left = connection_body_left(c);

    return left != UINT64_MAX && left > CONNECTION_DRAIN_BYTES + sizeof c->buffer;
}

void framing_commit(struct response *r, bool known, uint64_t length)
{
    struct connection *c = r->connection;

    frame(r, known, length);
    if (c->owes_continue || (r->iterable != NULL && r->iterator == NULL && is_beyond_draining(c))) {
        c->keep_alive = false;
        c->owes_continue = false; /* this is the final answer; whether the body comes now nobody knows */
    }
    head_append_standing(&r->head);
    if (!c->keep_alive) {
        append_line(&r->head, "Connection: close\r\n");
    } else if (c->parser.request.minor == 0) {
        append_line(&r->head, "Connection: keep-alive\r\n");
    }
    append_line(&r->head, "\r\n");
    r->sent = true;
}

void framing_flush(struct response *r, bool more)
{
    r->connection->output.more = more;
    r->lost |= connection_flush(r->connection) < 0;
}

static void append_chunk_size(struct head *head, size_t size)
{
    char digits[2 * sizeof size];
    size_t n = sizeof digits;

    do {
        digits[--n] = "0123456789abcdef"[size & 15];
        size >>= 4;
    } while (size > 0);
    head_append(head, digits + n, sizeof digits - n);
    append_line(head, "\r\n");
}

/* Queues what stands in head and then the piece, framed.  The output is empty before, so
 * that the head's bytes may be written to. */
static void queue_piece(struct response *r, const struct framing_piece *piece)
{
    struct output *output = &r->connection->output;
    const char *end = r->framing == RESPONSE_CHUNKED ? "\r\n" : "";

    if (r->framing == RESPONSE_CHUNKED) {
        append_chunk_size(&r->head, piece->size);
    }
    if (piece->size <= FRAMING_SMALL_BYTES && piece->size + 2 <= r->head.capacity - r->head.length) {
        head_append(&r->head, piece->data, piece->size);
        append_line(&r->head, end);
        output_add(output, r->head.bytes, r->head.length);
    } else {
        output_add(output, r->head.bytes, r->head.length);
        output_add(output, piece->data, piece->size);
        if (piece->owner != NULL) {
            output_hold(output, piece->owner);
        }
        output_add(output, end, strlen(end));
    }
    r->head.length = 0;
}

void framing_send(struct response *r, struct framing_piece piece)
{
    bool more;

    if (r->framing == RESPONSE_NO_BODY) {
        return;
    }
    if (r->framing == RESPONSE_LENGTH) {
        r->overrun |= piece.size > r->remaining;
        piece.size = r->overrun ? (size_t)r->remaining : piece.size;
        r->remaining -= piece.size;
    }
    /* More may follow at once; if it does not, the safe point has it pushed out. */
    more = r->framing != RESPONSE_LENGTH || r->remaining > 0;
    if (piece.size > 0 || r->head.length > 0) {
        queue_piece(r, &piece);
        framing_flush(r, more);
    }
}

void framing_end(struct response *r)
{
    if (r->head.length > 0) {
        output_add(&r->connection->output, r->head.bytes, r->head.length);
    }
    if (r->framing == RESPONSE_CHUNKED) {
        output_add(&r->connection->output, "0\r\n\r\n", 5);
    }
    framing_flush(r, false);
}
