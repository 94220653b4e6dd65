#include "input.h"

#include <string.h>

#include "deadline.h"
#include "pool.h"

enum { FIRST_BYTES = 256 /* bytes first reserved for what grows */ };

struct input {
    PyObject_HEAD struct connection *connection; /* NULL after input_finish() */
};

static PyTypeObject *input_type;

/* The connection, or NULL with ValueError set when the request is over. */
static struct connection *attached(PyObject *self)
{
    struct connection *connection = ((struct input *)self)->connection;

    if (connection == NULL) {
        PyErr_SetString(PyExc_ValueError, "wsgi.input was read after its request ended");
    }
    return connection;
}

/* Nothing more will come of this body: the response, too, should say why. */
static int give_up(struct connection *connection, int got)
{
    connection->due_us = 0;
    connection->keep_alive = false;
    if (got != CONNECTION_BAD_BODY) {
        connection->refusal = CONNECTION_INCOMPLETE;
    }
    if (connection->refusal == CONNECTION_INCOMPLETE) {
        PyErr_SetString(PyExc_ConnectionResetError, "the client closed the connection within the body");
    } else if (connection->refusal == CONNECTION_TIMED_OUT) {
        PyErr_SetString(PyExc_TimeoutError, "the client sent the body too slowly");
    } else {
        PyErr_SetString(PyExc_OSError, parser_explain(connection->refusal));
    }
    return -1;
}

/* Brings the result of connection_read_body() or _peek_body() to an end: returns it
 * when positive, 0 when the caller has to try again, -1 with an exception set. */
static int settle(struct connection *connection, int got)
{
    if (got > 0) {
        return got;
    }
    if (got < 0) {
        return give_up(connection, got);
    }
    if (connection_body_left(connection) == 0) {
        return 0; /* that was the end */
    }
    connection_await_body(connection, pool_has_ready());
    if (connection_is_due(connection)) {
        connection->refusal = CONNECTION_TIMED_OUT;
        return give_up(connection, CONNECTION_BAD_BODY);
    }
    return deadline_wait(connection);
}

/* A size argument: None or negative means all.  Returns -1 with an exception set. */
static int parse_limit(const char *method, PyObject *const *args, Py_ssize_t count, uint64_t *limit)
{
    Py_ssize_t size = -1;

    if (count > 1) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most 1 argument (%u given)", method, (unsigned)count);
        return -1;
    }
    if (count == 1 && args[0] != Py_None) {
        size = PyNumber_AsSsize_t(args[0], PyExc_OverflowError);
        if (size == -1 && PyErr_Occurred()) {
            return -1;
        }
    }
    *limit = size < 0 ? UINT64_MAX : (uint64_t)size;
    return 0;
}

/* Reads size bytes, or until the body ends, into a bytes object that is as large as that. */
static PyObject *read_known(struct connection *connection, uint64_t size)
{
    PyObject *bytes;
    size_t done = 0;

    if (size > SIZE_MAX / 2) { /* no object can be as large */
        return PyErr_NoMemory();
    }
    bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    while (bytes != NULL && done < size) {
        int got = connection_read_body(connection, PyBytes_AS_STRING(bytes) + done, (size_t)size - done);

        got = settle(connection, got);
        if (got < 0) {
            Py_CLEAR(bytes);
        } else {
            done += (unsigned)got;
        }
    }
    return bytes;
}

/* A bytes object that grows. */
struct growing {
    PyObject *bytes; /* owned, or NULL; longer than `length` while growing */
    size_t length;   /* bytes */
};

static int append(struct growing *to, const char *bytes, size_t n)
{
    size_t needed = to->length + n;

    if (to->bytes == NULL) {
        to->bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(needed < FIRST_BYTES ? FIRST_BYTES : needed));
        if (to->bytes == NULL) {
            return -1;
        }
    } else if (needed > (size_t)PyBytes_GET_SIZE(to->bytes) &&
               _PyBytes_Resize(&to->bytes, (Py_ssize_t)(needed * 2)) < 0) {
        return -1;
    }
    memcpy(PyBytes_AS_STRING(to->bytes) + to->length, bytes, n);
    to->length = needed;
    return 0;
}

/* The bytes gathered, a new reference; or NULL with an exception set. */
static PyObject *finish(struct growing *grown)
{
    if (grown->bytes == NULL) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    _PyBytes_Resize(&grown->bytes, (Py_ssize_t)grown->length);
    return grown->bytes;
}

/* As read_known(), for chunks: nobody knows how many will come. */
static PyObject *read_chunks(struct connection *connection, uint64_t size)
{
    struct growing all = {NULL, 0};

    while (all.length < size && connection_body_left(connection) > 0) {
        const char *view = NULL;
        int got = settle(connection, connection_peek_body(connection, &view));
        size_t n = (size_t)got;

        if (view != NULL && got > 0) {
            n = n < size - all.length ? n : (size_t)(size - all.length);
            got = append(&all, view, n);
            connection_skip_body(connection, n);
        }
        if (got < 0) {
            Py_XDECREF(all.bytes);
            return NULL;
        }
    }
    return finish(&all);
}

static PyObject *input_read(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    struct connection *connection = attached(self);
    uint64_t size, left;

    if (connection == NULL || parse_limit("read", args, count, &size) < 0) {
        return NULL;
    }
    left = connection_body_left(connection);
    if (left == UINT64_MAX) {
        return read_chunks(connection, size);
    }
    return read_known(connection, size < left ? size : left);
}

/* The next line of at most limit bytes; empty at the end of the body. */
static PyObject *read_line(struct connection *connection, uint64_t limit)
{
    struct growing line = {NULL, 0};
    bool complete = false;

    while (!complete && line.length < limit && connection_body_left(connection) > 0) {
        const char *view = NULL, *newline;
        int got = settle(connection, connection_peek_body(connection, &view));
        size_t n = (size_t)got;

        if (got < 0) {
            goto fail;
        }
        if (view == NULL) {
            continue;
        }
        if (n > limit - line.length) {
            n = (size_t)(limit - line.length);
        }
        newline = memchr(view, '\n', n);
        complete = newline != NULL;
        n = complete ? (size_t)(newline - view) + 1 : n;
        if (append(&line, view, n) < 0) {
            goto fail;
        }
        connection_skip_body(connection, n);
    }
    return finish(&line);

fail:
    Py_XDECREF(line.bytes);
    return NULL;
}

static PyObject *input_readline(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    struct connection *connection = attached(self);
    uint64_t limit;

    if (connection == NULL || parse_limit("readline", args, count, &limit) < 0) {
        return NULL;
    }
    return read_line(connection, limit);
}

static PyObject *input_iternext(PyObject *self)
{
    struct connection *connection = attached(self);

    PyObject *line = connection == NULL ? NULL : read_line(connection, UINT64_MAX);

    if (line != NULL && PyBytes_GET_SIZE(line) == 0) {
        Py_CLEAR(line); /* that was the last one */
    }
    return line;
}

static PyObject *input_readlines(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    PyObject *lines, *line;
    uint64_t hint, total = 0;

    if (attached(self) == NULL || parse_limit("readlines", args, count, &hint) < 0) {
        return NULL;
    }
    if (hint == 0) {
        hint = UINT64_MAX; /* io.IOBase: no hint */
    }
    lines = PyList_New(0);
    while (lines != NULL && total < hint && (line = input_iternext(self)) != NULL) {
        total += (uint64_t)PyBytes_GET_SIZE(line);
        if (PyList_Append(lines, line) < 0) {
            Py_CLEAR(lines);
        }
        Py_DECREF(line);
    }
    if (PyErr_Occurred()) {
        Py_CLEAR(lines);
    }
    return lines;
}

static void input_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_Free(self);
    Py_DECREF(type);
}

/* METH_FASTCALL's signature differs from PyCFunction's; the flag tells CPython so. */
#define FAST(function) (PyCFunction)(void (*)(void))(function), METH_FASTCALL

static PyMethodDef methods[] = {
    {"read", FAST(input_read), "read(size=-1): bytes; waits until size bytes or the end"},
    {"readline", FAST(input_readline), "readline(size=-1): bytes up to a line end"},
    {"readlines", FAST(input_readlines), "readlines(hint=-1): list of lines"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_dealloc, input_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, input_iternext},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "hipflask.Input",
    .basicsize = sizeof(struct input),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

int input_start(void)
{
    if (input_type == NULL) {
        input_type = (PyTypeObject *)PyType_FromSpec(&spec);
    }
    return input_type == NULL ? -1 : 0;
}

PyObject *input_new(struct connection *connection)
{
    struct input *input = PyObject_New(struct input, input_type);

    if (input != NULL) {
        input->connection = connection;
    }
    return (PyObject *)input;
}

void input_finish(PyObject *input)
{
    ((struct input *)input)->connection = NULL;
}

void input_stop(void)
{
    Py_CLEAR(input_type);
}
