/* One call of the application and what it answers.
 *
 * Nothing is sent before the first non-empty chunk.  After the call the response moves
 * by response_advance(), at most one step of the application's iterable each time, so
 * that many responses stream side by side.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <Python.h>
#include <stdbool.h>
#include <stdint.h>

#include "connection.h"
#include "head.h"

/* How the client learns where the body ends (RFC 9112 section 6). */
enum response_framing {
    RESPONSE_NO_BODY, /* HEAD, 204 and 304 */
    RESPONSE_LENGTH,
    RESPONSE_CHUNKED,
    RESPONSE_TO_CLOSE, /* HTTP/1.0 without a length */
};

struct response {
    struct connection *connection; /* NULL when no response is under way */
    PyObject *handle;              /* owned; what start_response and write are bound to */
    PyObject *input;               /* owned; wsgi.input */
    PyObject *context;             /* owned; the request's context variables */
    PyObject *iterable;            /* owned; what the application returned, until it is closed */
    PyObject *iterator;            /* owned; NULL for a list or tuple */
    Py_ssize_t next;               /* index of the next item of a list or tuple */
    const char *mapped;            /* the whole body, of a file that lies in memory; or NULL */
    size_t mapped_length;          /* bytes */
    uint64_t remaining;            /* bytes that Content-Length still promises */
    uint64_t resume_us;            /* not to be stepped before; 0: at once */
    enum response_framing framing;
    bool is_single;    /* the iterable says that it has one item */
    bool is_head;      /* the request's method is HEAD */
    bool started;      /* start_response() was called and its head stands in `head` */
    bool sent;         /* the head is on its way and cannot be taken back */
    bool overrun;      /* the application gave more than its Content-Length */
    bool gave_nothing; /* the last item was b"" */
    bool lost;         /* the client is gone */
    struct head head;
};

/* Creates the types.  Returns 0, or -1 with an exception set. */
int response_start(const struct wsgi_config *config);

/* Calls app for the request connection has READY and takes the first step of what it
 * returns.  Never fails: an exception becomes a 500 and a traceback on sys.stderr.  The
 * connection is RESPONDING while response->connection is set. */
void response_serve(struct response *response, struct connection *connection, PyObject *app);

/* Answers without Python: text/plain, `text` and a line end. */
void response_plain(struct response *response, struct connection *connection, int status, const char *text);

/* Answers 308 with the same address over HTTPS, or 400 where that cannot be told (RFC 9110, section 15.4.9). */
void response_redirect(struct response *response, struct connection *connection);

/* Answers what connection->refusal says, and closes. */
void response_refuse(struct response *response, struct connection *connection);

/* Sends a non-empty bytes object as part of the body, the head before it; the output must be empty.
 * For starter.c.  Returns 0, or -1 with an exception set. */
int response_send(struct response *response, PyObject *chunk);

/* Sends what is queued; when everything was taken, takes one step.  Returns whether
 * anything changed. */
bool response_advance(struct response *response);

/* Ends a response under way without its end, for shutting down: closes the iterable and
 * resets the connection. */
void response_abort(struct response *response);

/* Releases the types. */
void response_stop(void);

#endif
