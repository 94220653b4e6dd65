#include "input.h"

#include <string.h>

#include "deadline.h"

enum { LINE_BYTES = 256 /* bytes first reserved for a line that spans two views */ };

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

/* Brings the result of connection_read_body() or _peek_body() to an end: returns it
 * when positive, 0 when the caller has to try again, -1 with an exception set. */
static int settle(struct connection *connection, int got)
{
    if (got == 0 && !connection_is_due(connection)) {
        if (connection->due_us == 0) {
            connection_set_due(connection, CONNECTION_BODY_MS);
        }
        return deadline_wait(connection);
    }
    connection_set_due(connection, 0);
    if (got < 0) {
        PyErr_SetString(PyExc_ConnectionResetError, "the client closed the connection within the body");
    } else if (got == 0) {
        PyErr_SetString(PyExc_TimeoutError, "the client stopped sending the body");
    }
    return got > 0 ? got : -1;
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

static PyObject *input_read(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    struct connection *connection = attached(self);
    PyObject *bytes;
    uint64_t size;
    size_t done = 0;

    if (connection == NULL || parse_limit("read", args, count, &size) < 0) {
        return NULL;
    }
    if (size > connection->body_unread) {
        size = connection->body_unread;
    }
    if (size > SIZE_MAX / 2) { /* no object can be as large */
        return PyErr_NoMemory();
    }
    bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (bytes == NULL) {
        return NULL;
    }
    while (done < size) {
        int got = connection_read_body(connection, PyBytes_AS_STRING(bytes) + done, (size_t)size - done);

        got = settle(connection, got);
        if (got < 0) {
            Py_DECREF(bytes);
            return NULL;
        }
        done += (unsigned)got;
    }
    return bytes;
}

/* A line that is being put together from several views of the buffer. */
struct line {
    PyObject *bytes; /* owned, or NULL; longer than `length` while growing */
    size_t length;   /* bytes */
};

static int line_append(struct line *line, const char *bytes, size_t n)
{
    size_t needed = line->length + n;

    if (line->bytes == NULL) {
        line->bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(needed < LINE_BYTES ? LINE_BYTES : needed));
        if (line->bytes == NULL) {
            return -1;
        }
    } else if (needed > (size_t)PyBytes_GET_SIZE(line->bytes) &&
               _PyBytes_Resize(&line->bytes, (Py_ssize_t)(needed * 2)) < 0) {
        return -1;
    }
    memcpy(PyBytes_AS_STRING(line->bytes) + line->length, bytes, n);
    line->length = needed;
    return 0;
}

/* The next line of at most limit bytes; empty at the end of the body. */
static PyObject *read_line(struct connection *connection, uint64_t limit)
{
    struct line line = {NULL, 0};
    bool complete = false;

    while (!complete && line.length < limit && connection->body_unread > 0) {
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
        if (line_append(&line, view, n) < 0) {
            goto fail;
        }
        connection_skip_body(connection, n);
    }
    if (line.bytes == NULL) {
        return PyBytes_FromStringAndSize(NULL, 0);
    }
    _PyBytes_Resize(&line.bytes, (Py_ssize_t)line.length);
    return line.bytes;

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

    if (connection == NULL || connection->body_unread == 0) {
        return NULL;
    }
    return read_line(connection, UINT64_MAX);
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
