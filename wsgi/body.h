/* Where the body of a request ends: its length, or its chunks (RFC 9112 sections 6 and 7).
 *
 * Works on the bytes as they come, in any pieces, and remembers a few numbers only.
 * Chunk extensions and trailers are checked, counted and dropped: nothing of them ever
 * reaches the application (RFC 9110 section 6.5.1).  A trailer that would be framing is
 * refused: there are readers that heed it.
 */
#ifndef BODY_H
#define BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BODY_CHUNK_LINE_BYTES = WSGI_CHUNK_LINE_BYTES, /* bytes of a chunk's size and extensions; more is 400 */
    BODY_TRAILER_BYTES = WSGI_TRAILER_BYTES,       /* bytes of the trailer section; more is 431 */
};

/* Private to body.c. */
struct body {
    uint64_t left;     /* bytes of data still to come, of the body or of the present chunk */
    uint64_t total;    /* bytes of data in the chunks so far */
    uint32_t overhead; /* bytes of the present line of a chunk, or of the trailers */
    uint8_t state;
    uint8_t name;    /* bytes of the present trailer's name so far */
    uint8_t framing; /* which of the framing fields' names it may become, one bit each */
};

/* A body of length bytes, or a chunked one. */
void body_begin(struct body *body, bool chunked, uint64_t length);

/* Decodes n bytes at raw.  Data is written to `to`, which may be raw or lie before it;
 * *used is how many bytes of raw belong to the body: n, unless the body ends earlier.
 * Returns the bytes of data, or a parser_error. */
int body_decode(struct body *body, char *to, const char *raw, size_t n, size_t *used);

/* Whether its last byte has been decoded. */
bool body_is_over(const struct body *body);

/* Bytes of data that are still to come; UINT64_MAX when only the client knows. */
uint64_t body_left(const struct body *body);

/* Bytes that come next and are data without any framing between them.  They may be
 * received to where they are wanted; then body_skip() has to be told. */
uint64_t body_plain(const struct body *body);

/* n of the bytes that body_plain() promised were received elsewhere. */
void body_skip(struct body *body, size_t n);

#endif
