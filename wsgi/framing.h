/* How a response's body is framed on the wire (RFC 9112 section 6): by its length, in
 * chunks, until the end of the connection, or not at all.
 */
#ifndef FRAMING_H
#define FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "response.h"

/* A piece of the body: bytes, and the object they lie in, or NULL if they stay for good. */
struct framing_piece {
    const char *data;
    size_t size;     /* bytes */
    PyObject *owner; /* borrowed; a bytes object, not of a subclass */
};

/* Decides how the body ends and completes the head, which cannot be taken back any more.
 * known: the whole body is `length` bytes. */
void framing_commit(struct response *response, bool known, uint64_t length);

/* Sends a piece, after the head if that waits; the output must be empty.  What exceeds the
 * response's length is left out and noted in `overrun`. */
void framing_send(struct response *response, struct framing_piece piece);

/* Sends what is left of the head, and what tells the client that the body is whole. */
void framing_end(struct response *response);

/* Gives the transport what is queued; more: there is more to come at once.  A lost client
 * is noted in `lost`. */
void framing_flush(struct response *response, bool more);

#endif
