#include "response.h"

#include <string.h>

#include "deadline.h"
#include "environ.h"
#include "failure.h"
#include "filewrapper.h"
#include "framing.h"
#include "input.h"
#include "redirect.h"
#include "starter.h"

enum {
    RESPONSE_PAUSE_MS = 10, /* milliseconds before an iterable that gave b"" is stepped again */
};

static PyObject *close_name;

/* Between these two the application's code runs: within its deadline, and with context
 * variables that are the request's.  What it leaves set, because memory ended in its
 * clean-up say, goes with the request, and responses that stream side by side do not see
 * each other's. */
static void enter(struct response *r)
{
    deadline_enter();
    PyContext_Enter(r->context);
}

static void leave(struct response *r)
{
    PyContext_Exit(r->context);
    deadline_leave();
}

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

/* Whether the whole body is known: a file in memory, or a list or tuple of one item at
 * most, of bytes, or `chunk` of whatever else says that it has one item.
 * (PEP 3333, "Handling the Content-Length Header") */
static bool known_length(const struct response *response, PyObject *chunk, uint64_t *length)
{
    PyObject *iterable = response->iterable;
    Py_ssize_t size;

    *length = response->mapped_length;
    if (iterable == NULL || response->mapped != NULL) {
        return iterable != NULL;
    }
    if (!is_sequence(iterable)) {
        *length = chunk == NULL ? 0 : (uint64_t)PyBytes_GET_SIZE(chunk);
        return response->is_single;
    }
    size = sequence_size(iterable);
    if (size == 1 && PyBytes_Check(sequence_item(iterable, 0))) {
        *length = (uint64_t)PyBytes_GET_SIZE(sequence_item(iterable, 0));
    }
    return size <= 1;
}

static int not_started(void)
{
    PyErr_SetString(PyExc_RuntimeError, "the application gave a body before it called start_response()");
    return -1;
}

int response_send(struct response *r, PyObject *chunk)
{
    PyObject *exact;
    uint64_t length;
    bool known;

    if (!r->started) {
        return not_started();
    }
    if (!r->sent) {
        known = known_length(r, chunk, &length);
        framing_commit(r, known, length);
    }
    /* What is sent may be let go of while other Python code runs, which a subclass could notice. */
    exact = PyBytes_CheckExact(chunk) ? Py_NewRef(chunk)
                                      : PyBytes_FromStringAndSize(PyBytes_AS_STRING(chunk), PyBytes_GET_SIZE(chunk));
    if (exact == NULL) {
        return -1;
    }
    framing_send(r, (struct framing_piece){PyBytes_AS_STRING(exact), (size_t)PyBytes_GET_SIZE(exact), exact});
    Py_DECREF(exact);
    return 0;
}

/* The body is a file that lies in memory: no byte of it passes through Python.  A shorter
 * Content-Length of the application's asks for its beginning. */
static int send_mapped(struct response *r)
{
    struct framing_piece piece = {r->mapped, r->mapped_length, NULL};

    if (!r->started) {
        return not_started();
    }
    if (r->head.has_length && r->head.content_length < piece.size) {
        piece.size = (size_t)r->head.content_length;
    }
    if (!r->sent) {
        framing_commit(r, true, piece.size);
    }
    framing_send(r, piece);
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
    enter(r);
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
    leave(r);
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
    deadline_enter();
    Py_CLEAR(r->context); /* its values' destructors may be the application's */
    deadline_leave();
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

static void send_plain_to(struct response *r, int status, const char *text, const char *location)
{
    struct connection *c = r->connection;

    c->keep_alive &= c->parser.request.minor > 0 && !c->owes_continue;
    c->owes_continue = false;
    head_set_plain(&r->head, status, text, location, !r->is_head, c->keep_alive);
    output_add(&c->output, r->head.bytes, r->head.length);
    framing_flush(r, false);
}

static void send_plain(struct response *r, int status, const char *text)
{
    send_plain_to(r, status, text, NULL);
}

static void send_refusal(struct response *r)
{
    switch (r->connection->refusal) {
    case CONNECTION_TIMED_OUT:
        send_plain(r, 408, "the request did not arrive in time");
        break;
    case CONNECTION_CROWDED:
        send_plain(r, 503, "too many connections from this address");
        break;
    case CONNECTION_INCOMPLETE:
        send_plain(r, 400, "the body ended early");
        break;
    default:
        send_plain(r, parser_status(r->connection->refusal), parser_explain(r->connection->refusal));
    }
}

/* The application raised; its exception is pending. */
static void fail(struct response *r)
{
    bool client_fault = r->lost ? PyErr_ExceptionMatches(PyExc_ConnectionError)
                                : r->connection->refusal != 0 && PyErr_ExceptionMatches(PyExc_OSError);

    if (client_fault) {
        PyErr_Clear(); /* that the client went away, or sent no proper body, is no fault of the application */
    } else {
        failure_print();
    }
    close_iterable(r);
    if (r->sent || r->lost) {
        cut(r);
        return;
    }
    if (client_fault) {
        send_refusal(r);
    } else {
        send_plain(r, 500, "Internal Server Error");
    }
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
        framing_commit(r, true, 0);
    }
    framing_end(r);
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
    enter(r);
    item = PyIter_Next(r->iterator);
    leave(r);
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

/* One item, a new reference that is stolen; NULL at the end or with an exception set.  Returns 0,
 * 1 when it was the last, or -1 with an exception set. */
static int take_item(struct response *r, PyObject *item)
{
    int result = 0;

    if (item == NULL) {
        return PyErr_Occurred() ? -1 : 1;
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
    return result < 0 ? -1 : is_over(r);
}

static void step(struct response *r)
{
    int result;

    r->resume_us = 0;
    if (r->mapped != NULL) {
        result = send_mapped(r) < 0 ? -1 : 1;
    } else {
        result = take_item(r, next_item(r));
    }
    if (result < 0) {
        fail(r);
    } else if (r->lost) {
        cut(r);
    } else if (result > 0) {
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
    if (response->resume_us != 0) {
        if (connection_now_us() < response->resume_us) {
            return false;
        }
        /* Who gives nothing sends nothing, and would never learn that its client is gone. */
        response->lost = !connection_is_alive(response->connection);
        if (response->lost) {
            cut(response);
            return true;
        }
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
    r->mapped = NULL;
    r->mapped_length = 0;
    r->is_single = false;
    r->remaining = r->resume_us = 0;
    r->framing = RESPONSE_NO_BODY;
    r->started = r->sent = r->overrun = r->lost = r->gave_nothing = false;
    r->is_head = method.length == 4 && memcmp(method.start, head_method, 4) == 0;
    head_release(&r->head);
    connection->state = CONNECTION_RESPONDING;
    connection->due_us = 0;
}

/* What start_response is bound to, wsgi.input, context variables and environ.  Returns the last, or NULL
 * with an exception set. */
static PyObject *prepare(struct response *r)
{
    r->handle = starter_new(r);
    r->input = r->handle == NULL ? NULL : input_new(r->connection);
    r->context = r->input == NULL ? NULL : PyContext_CopyCurrent();
    return r->context == NULL ? NULL : environ_build(r->connection, r->input);
}

/* How an iterable that is no list can be gone through.  May leave an exception set. */
static void look_at(struct response *r, PyObject *iterable)
{
    if (filewrapper_check(iterable) && filewrapper_map(iterable, &r->mapped, &r->mapped_length)) {
        return;
    }
    r->iterator = PyObject_GetIter(iterable);
    if (r->iterator == NULL || r->iterator == iterable) {
        return; /* an iterator has no length; generators, the most of them, least of all */
    }
    r->is_single = PyObject_Size(iterable) == 1;
    PyErr_Clear(); /* it need not have one */
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
    enter(r);
    result = PyObject_Vectorcall(app, args + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    if (result != NULL && !is_sequence(result)) {
        look_at(r, result);
    }
    Py_DECREF(callable);
    Py_DECREF(environ); /* within the entry: this may run code of the application */
    leave(r);
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

void response_redirect(struct response *response, struct connection *connection)
{
    char url[REDIRECT_BYTES];

    begin(response, connection);
    if (redirect_url(&connection->parser.request, url, sizeof url)) {
        send_plain_to(response, 308, "", url);
    } else {
        send_plain(response, 400, "this is served over HTTPS only");
    }
    finish(response);
}

void response_refuse(struct response *response, struct connection *connection)
{
    begin(response, connection);
    send_refusal(response);
    finish(response);
}

void response_abort(struct response *response)
{
    response->lost = true;
    cut(response);
}

int response_start(const struct wsgi_config *config)
{
    head_start(config);
    if (close_name == NULL) {
        close_name = PyUnicode_InternFromString("close");
    }
    return close_name == NULL || filewrapper_start(config->map_file) < 0 ? -1 : starter_start();
}

void response_stop(void)
{
    starter_stop();
    filewrapper_stop();
    Py_CLEAR(close_name);
}
