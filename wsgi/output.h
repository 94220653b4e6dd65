/* What waits to be sent on one connection: a few pieces, sent in order.
 *
 * Bytes are not copied: a piece lies in static memory, in the response's head buffer
 * or in a bytes object that the output holds a reference to.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <Python.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport.h"

enum { OUTPUT_PIECES = 4 /* head or chunk size, chunk, its end, the body's end */ };

struct output {
    struct {
        const char *data;
        size_t length; /* bytes */
    } pieces[OUTPUT_PIECES];
    uint8_t next, count;
    bool more;      /* more is expected at once after the last piece, see transport send() */
    bool corked;    /* the transport holds bytes back because it was told that more follows */
    PyObject *held; /* owned; the bytes object the chunk lies in, or NULL */
};

/* Whether everything was taken by the transport. */
static inline bool output_is_empty(const struct output *output)
{
    return output->next == output->count;
}

/* Adds a piece; data must stay in place until the output is empty.  At most
 * OUTPUT_PIECES between two times that it is empty. */
void output_add(struct output *output, const char *data, size_t length);

/* Keeps a bytes object alive until the output is empty; takes a new reference.  Only
 * one at a time. */
void output_hold(struct output *output, PyObject *bytes);

/* Gives the transport as much as it takes.  Returns the bytes taken (0: "not now" or
 * nothing to send) or TRANSPORT_RESET.  Never blocks, never enters Python code. */
int output_flush(struct output *output, const struct transport *transport);

/* Has the transport send what it holds back, if it does. */
void output_push(struct output *output, const struct transport *transport);

/* Forgets everything. */
void output_clear(struct output *output);

#endif
