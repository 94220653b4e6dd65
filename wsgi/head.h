/* The head of a response: checked once, written once.
 *
 * The same bytes serve afterwards as scratch for chunk sizes and small chunks, so that
 * a small response leaves in one send.
 */
#ifndef HEAD_H
#define HEAD_H

#include <Python.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

enum {
    HEAD_OWN_BYTES = 2048,                     /* bytes of the static part; a larger head is allocated */
    HEAD_MAX_BYTES = WSGI_RESPONSE_HEAD_BYTES, /* bytes; a larger head is refused with ValueError */
    HEAD_RESERVE_BYTES = 256,                  /* bytes kept free for the lines the server adds and a chunk's size */
};

struct head {
    char *bytes;             /* own, or allocated with PyMem_Malloc() */
    size_t length, capacity; /* bytes */
    uint16_t status;
    bool has_length; /* the application gave content_length */
    bool has_server; /* the application gave its own Server field */
    bool has_date;   /* and its own Date */
    uint64_t content_length;
    char own[HEAD_OWN_BYTES];
};

/* Sets what Server and Date say in all responses. */
void head_start(const struct wsgi_config *config);

/* Makes empty; to be called before first use and after head_release(). */
void head_reset(struct head *head);

/* Writes status line and fields as start_response() got them (PEP 3333, RFC 9110).
 * Refuses wrong types with TypeError; control characters, hop-by-hop fields and
 * malformed lengths with ValueError.  Returns 0, or -1 with an exception set; the head
 * is then empty. */
int head_set(struct head *head, PyObject *status, PyObject *fields);

/* Appends Server and Date, as far as the application has not given them and they are to be
 * sent at all. */
void head_append_standing(struct head *head);

/* Appends bytes.  Returns false, and appends nothing, when there is no room. */
bool head_append(struct head *head, const char *bytes, size_t length);

/* Writes a whole text/plain response without the help of Python, so that it works
 * without memory.  text is cut to the room there is.  location is the field of that name, at most
 * REDIRECT_BYTES; NULL: there is none. */
void head_set_plain(struct head *head, int status, const char *text, const char *location, bool with_body,
                    bool keep_alive);

/* Frees what was allocated. */
void head_release(struct head *head);

#endif
