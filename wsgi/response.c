#include "response.h"

#include <string.h>

#include "deadline.h"
#include "environ.h"
#include "failure.h"
#include "input.h"
#include "starter.h"

enum {
    RESPONSE_SMALL_BYTES = 512, /* bytes; a smaller chunk is copied behind its head, to leave in one send */
    RESPONSE_PAUSE_MS = 10,     /* milliseconds before an iterable that gave b"" is stepped again */
};

static PyObject *close_name;

/* Whether the items are at hand without running Python. */
static bool is_sequence(PyObject *iterable)
{
    return PyList_CheckExact(iterable) || PyTuple_CheckExact(iterable);
}

static Py_ssize_t sequence_size(PyObject *sequence)
{
    return PyList_CheckExact(sequence) ? PyList_GET_SIZE(sequence) : PyTuple_GET_SIZE(sequence);
}

/* Borrowed. */
static PyObject *sequence_item(PyObject *sequence, Py_ssize_t index)
{
    return PyList_CheckExact(sequence) ? PyList_GET_ITEM(sequence, index) : PyTuple_GET_ITEM(sequence, index);
}

/* Whether the whole body is known: a list or tuple of one item at most, of bytes.
 * (PEP 3333, "Handling the Content-Length Header") */
static bool known_length(const struct response *response, uint64_t *length)
{
    PyObject *iterable = response->iterable;
    Py_ssize_t size;

    *length = 0;
    if (iterable == NULL || !is_sequence(iterable)) {
        return false;
    }
    size = sequence_size(iterable);
    if (size == 1 && PyBytes_Check(sequence_item(iterable, 0))) {
        *length = (uint64_t)PyBytes_GET_SIZE(sequence_item(iterable, 0));
    }
    return size <= 1;
}

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

/* Completes the head; it cannot be taken back any more. */
static void commit_head(struct response *r, bool known, uint64_t length)
{
    struct connection *c = r->connection;

    frame(r, known, length);
    if (r->iterable != NULL && r->iterator == NULL && c->body_unread > CONNECTION_DRAIN_BYTES + sizeof c->buffer) {
        c->keep_alive = false; /* more than connection_finish() reads, and nobody is left to read it */
    }
    if (!r->head.has_server) {
        append_line(&r->head, "Server: hipflask\r\n");
    }
    if (!c->keep_alive) {
        append_line(&r->head, "Connection: close\r\n");
    } else if (c->parser.request.minor == 0) {
        append_line(&r->head, "Connection: keep-alive\r\n");
    }
    append_line(&r->head, "\r\n");
    r->sent = true;
}

static void flush(struct response *r, bool more)
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

/* Queues what stands in head and then size bytes of chunk, framed.  The output is empty
 * before, so that the head's bytes may be written to. */
static void queue_chunk(struct response *r, PyObject *chunk, size_t size)
{
    struct output *output = &r->connection->output;
    const char *end = r->framing == RESPONSE_CHUNKED ? "\r\n" : "";

    if (r->framing == RESPONSE_CHUNKED) {
        append_chunk_size(&r->head, size);
    }
    if (size <= RESPONSE_SMALL_BYTES && size + 2 <= r->head.capacity - r->head.length) {
        head_append(&r->head, PyBytes_AS_STRING(chunk), size);
        append_line(&r->head, end);
        output_add(output, r->head.bytes, r->head.length);
    } else {
        output_add(output, r->head.bytes, r->head.length);
        output_add(output, PyBytes_AS_STRING(chunk), size);
        output_hold(output, chunk);
        output_add(output, end, strlen(end));
    }
    r->head.length = 0;
}

int response_send(struct response *r, PyObject *chunk)
{
    size_t size = (size_t)PyBytes_GET_SIZE(chunk);
    bool more;

    if (!r->started) {
        PyErr_SetString(PyExc_RuntimeError, "the application gave a body before it called start_response()");
        return -1;
    }
    if (!r->sent) {
        uint64_t length;
        bool known = known_length(r, &length);

        commit_head(r, known, length);
    }
    if (r->framing == RESPONSE_NO_BODY) {
        return 0;
    }
    if (r->framing == RESPONSE_LENGTH) {
        r->overrun |= size > r->remaining;
        size = r->overrun ? (size_t)r->remaining : size;
        r->remaining -= size;
    }
    /* More may follow at once; if it does not, the safe point has it pushed out. */
    more = r->framing != RESPONSE_LENGTH || r->remaining > 0;
    if (size > 0 || r->head.length > 0) {
        queue_chunk(r, chunk, size);
        flush(r, more);
    }
    return 0;
}

/* Calls close() if there is one, and forgets the iterable.  However often it is called,
 * close() is called once. */
static void close_iterable(struct response *r)
{
    PyObject *iterable = r->iterable;
    PyObject *close, *result;

    if (iterable == NULL) {
        return;
    }
    r->iterable = NULL;
    deadline_enter();
    Py_CLEAR(r->iterator);
    if (!is_sequence(iterable)) {
        close = PyObject_GetAttr(iterable, close_name);
        result = close == NULL ? NULL : PyObject_CallNoArgs(close);
        if (close == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
            PyErr_Clear();
        } else if (result == NULL) {
            failure_print();
            deadline_enter();
        }
        Py_XDECREF(result);
        Py_XDECREF(close);
    }
    Py_DECREF(iterable);
    deadline_leave();
}

/* The request is over: whatever the application kept is cut off from the connection. */
static void release(struct response *r)
{
    close_iterable(r);
    if (r->input != NULL) {
        input_finish(r->input);
        Py_CLEAR(r->input);
    }
    if (r->handle != NULL) {
        starter_finish(r->handle);
        Py_CLEAR(r->handle);
    }
    r->connection = NULL;
}

/* The client is gone, or must be made to see that the body is not whole. */
static void cut(struct response *r)
{
    struct connection *connection = r->connection;
    bool reset = r->lost || r->framing == RESPONSE_TO_CLOSE;

    release(r);
    connection_cut(connection, reset);
    head_release(&r->head);
}

/* Nothing more will be produced; what is queued is the connection's to send. */
static void finish(struct response *r)
{
    struct connection *connection = r->connection;

    release(r);
    connection_finish(connection);
}

static void send_plain(struct response *r, int status, const char *text)
{
    struct connection *c = r->connection;

    c->keep_alive &= c->parser.request.minor > 0;
    head_set_plain(&r->head, status, text, !r->is_head, c->keep_alive);
    output_add(&c->output, r->head.bytes, r->head.length);
    flush(r, false);
}

/* The application raised; its exception is pending. */
static void fail(struct response *r)
{
    if (r->lost && PyErr_ExceptionMatches(PyExc_ConnectionError)) {
        PyErr_Clear(); /* that the client went away is no fault of the application */
    } else {
        failure_print();
    }
    close_iterable(r);
    if (r->sent || r->lost) {
        cut(r);
        return;
    }
    send_plain(r, 500, "Internal Server Error");
    finish(r);
}

/* The iterable is exhausted. */
static void end(struct response *r)
{
    if (!r->started) {
        PyErr_SetString(PyExc_RuntimeError, "the application did not call start_response()");
        fail(r);
        return;
    }
    if (!r->sent) {
        commit_head(r, true, 0);
    }
    if (r->head.length > 0) {
        output_add(&r->connection->output, r->head.bytes, r->head.length);
    }
    if (r->framing == RESPONSE_CHUNKED) {
        output_add(&r->connection->output, "0\r\n\r\n", 5);
    }
    flush(r, false);
    close_iterable(r);
    if (r->overrun) {
        failure_note("the application gave more than its Content-Length; the rest was dropped");
    }
    if (r->framing == RESPONSE_LENGTH && r->remaining > 0) {
        failure_note("the application gave less than its Content-Length");
        cut(r);
    } else if (r->lost) {
        cut(r);
    } else {
        finish(r);
    }
}

/* The next item, a new reference; NULL at the end or with an exception set. */
static PyObject *next_item(struct response *r)
{
    PyObject *item;

    if (r->iterator == NULL) {
        return r->next < sequence_size(r->iterable) ? Py_NewRef(sequence_item(r->iterable, r->next++)) : NULL;
    }
    deadline_enter();
    item = PyIter_Next(r->iterator);
    deadline_leave();
    return item;
}

/* Whether the client has all it will get, so that stepping on would be for nothing. */
static bool is_over(const struct response *r)
{
    return r->overrun || (r->sent && r->framing == RESPONSE_NO_BODY) ||
           (r->iterator == NULL && r->next >= sequence_size(r->iterable));
}

/* An iterable that gives b"" has nothing yet: what went before must not wait for it.  The
 * second time in a row it is left alone for a while, so that the processor may sleep. */
static void pause_after_empty(struct response *r)
{
    output_push(&r->connection->output, &r->connection->transport);
    if (r->gave_nothing) {
        r->resume_us = connection_now_us() + RESPONSE_PAUSE_MS * 1000;
    }
    r->gave_nothing = true;
}

static void step(struct response *r)
{
    PyObject *item = next_item(r);
    int result = 0;

    r->resume_us = 0;
    if (item == NULL) {
        if (PyErr_Occurred()) {
            fail(r);
        } else {
            end(r);
        }
        return;
    }
    if (!PyBytes_Check(item)) {
        PyErr_Format(PyExc_TypeError, "the body must be of bytes, not %.80s", Py_TYPE(item)->tp_name);
        result = -1;
    } else if (PyBytes_GET_SIZE(item) > 0) {
        r->gave_nothing = false;
        result = response_send(r, item);
    } else if (r->iterator != NULL) {
        pause_after_empty(r);
    }
    Py_DECREF(item);
    if (result < 0) {
        fail(r);
    } else if (r->lost) {
        cut(r);
    } else if (is_over(r)) {
        end(r);
    }
}

bool response_advance(struct response *response)
{
    int sent = connection_flush(response->connection);

    if (sent < 0) {
        response->lost = true;
        cut(response);
        return true;
    }
    if (!output_is_empty(&response->connection->output)) {
        return sent > 0;
    }
    if (connection_now_us() < response->resume_us) {
        return false;
    }
    step(response);
    return true;
}

static void begin(struct response *r, struct connection *connection)
{
    static const char head_method[] = "HEAD";
    struct slice method = connection->parser.request.method;

    r->connection = connection;
    r->next = 0;
    r->remaining = r->resume_us = 0;
    r->framing = RESPONSE_NO_BODY;
    r->started = r->sent = r->overrun = r->lost = r->gave_nothing = false;
    r->is_head = method.length == 4 && memcmp(method.start, head_method, 4) == 0;
    head_release(&r->head);
    connection->state = CONNECTION_RESPONDING;
    connection_set_due(connection, 0);
}

/* What start_response is bound to, wsgi.input and environ.  Returns the last, or NULL
 * with an exception set. */
static PyObject *prepare(struct response *r)
{
    r->handle = starter_new(r);
    r->input = r->handle == NULL ? NULL : input_new(r->connection);
    return r->input == NULL ? NULL : environ_build(r->connection, r->input);
}

/* Steals environ.  Returns what the application returned, or NULL with an exception set. */
static PyObject *call(struct response *r, PyObject *app, PyObject *environ)
{
    PyObject *callable = starter_callable(r->handle);
    PyObject *args[] = {NULL, environ, callable};
    PyObject *result;

    if (callable == NULL) {
        Py_DECREF(environ);
        return NULL;
    }
    deadline_enter();
    result = PyObject_Vectorcall(app, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (result != NULL && !is_sequence(result)) {
        r->iterator = PyObject_GetIter(result);
    }
    Py_DECREF(callable);
    Py_DECREF(environ); /* within the entry: this may run code of the application */
    deadline_leave();
    return result;
}

void response_serve(struct response *response, struct connection *connection, PyObject *app)
{
    PyObject *environ;

    begin(response, connection);
    environ = prepare(response);
    if (environ == NULL) {
        failure_print();
        send_plain(response, 503, "no memory for the request");
        finish(response);
        return;
    }
    response->iterable = call(response, app, environ);
    if (PyErr_Occurred()) {
        fail(response);
    } else if (output_is_empty(&connection->output) && !response->lost) {
        step(response);
    }
}

void response_plain(struct response *response, struct connection *connection, int status, const char *text)
{
    begin(response, connection);
    send_plain(response, status, text);
    finish(response);
}

void response_abort(struct response *response)
{
    response->lost = true;
    cut(response);
}

int response_start(void)
{
    if (close_name == NULL) {
        close_name = PyUnicode_InternFromString("close");
    }
    return close_name == NULL ? -1 : starter_start();
}

void response_stop(void)
{
    starter_stop();
    Py_CLEAR(close_name);
}
