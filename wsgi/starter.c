#include "starter.h"

#include "deadline.h"

struct starter {
    PyObject_HEAD struct response *response; /* NULL after starter_finish() */
};

static PyTypeObject *starter_type;

static struct response *attached(PyObject *self, const char *function)
{
    struct response *response = ((struct starter *)self)->response;

    if (response == NULL) {
        PyErr_Format(PyExc_RuntimeError, "%s() was called after its request ended", function);
    }
    return response;
}

/* Waits until the output is empty.  Returns -1 with an exception set. */
static int wait_for_output(struct response *response)
{
    struct connection *connection = response->connection;

    for (;;) {
        response->lost |= connection_flush(connection) < 0;
        if (response->lost) {
            PyErr_SetString(PyExc_ConnectionResetError, "the client is gone");
            return -1;
        }
        if (output_is_empty(&connection->output)) {
            return 0;
        }
        if (deadline_wait(connection) < 0) {
            return -1;
        }
    }
}

static PyObject *write_body(PyObject *self, PyObject *data)
{
    struct response *response = attached(self, "write");

    if (response == NULL) {
        return NULL;
    }
    if (!PyBytes_Check(data)) {
        return PyErr_Format(PyExc_TypeError, "write() takes bytes, not %.80s", Py_TYPE(data)->tp_name);
    }
    if (PyBytes_GET_SIZE(data) == 0) {
        Py_RETURN_NONE;
    }
    if (wait_for_output(response) < 0 || response_send(response, data) < 0) {
        return NULL;
    }
    if (response->overrun) {
        PyErr_SetString(PyExc_ValueError, "write() was given more than Content-Length");
        return NULL;
    }
    Py_RETURN_NONE;
}

/* exc_info is (type, value, traceback): raises value again.  Returns NULL. */
static PyObject *raise_again(PyObject *exc_info)
{
    PyObject *value = PyTuple_GET_ITEM(exc_info, 1);
    PyObject *traceback = PyTuple_GET_ITEM(exc_info, 2);

    if (PyException_SetTraceback(value, traceback) == 0) {
        PyErr_SetObject((PyObject *)Py_TYPE(value), value);
    }
    return NULL;
}

/* Whether start_response() may be called now; -1 with an exception set if not. */
static int check_order(const struct response *response, PyObject *exc_info)
{
    if (exc_info == Py_None) {
        if (response->started) {
            PyErr_SetString(PyExc_RuntimeError, "start_response() was called again without exc_info");
            return -1;
        }
        return 0;
    }
    if (!PyTuple_Check(exc_info) || PyTuple_GET_SIZE(exc_info) != 3 ||
        !PyExceptionInstance_Check(PyTuple_GET_ITEM(exc_info, 1))) {
        PyErr_SetString(PyExc_TypeError, "exc_info must be what sys.exc_info() returns");
        return -1;
    }
    if (response->sent) {
        raise_again(exc_info);
        return -1;
    }
    return 0;
}

static PyMethodDef write_method = {"write", write_body, METH_O, NULL};

static PyObject *start_response(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    struct response *response = attached(self, "start_response");

    if (response == NULL) {
        return NULL;
    }
    if (count < 2 || count > 3) {
        return PyErr_Format(PyExc_TypeError, "start_response() takes 2 or 3 arguments (%u given)", (unsigned)count);
    }
    if (check_order(response, count == 3 ? args[2] : Py_None) < 0) {
        return NULL;
    }
    response->started = false;
    if (head_set(&response->head, args[0], args[1]) < 0) {
        return NULL;
    }
    response->started = true;
    return PyCFunction_New(&write_method, self);
}

static PyMethodDef start_method = {
    /* METH_FASTCALL's signature differs from PyCFunction's; the flag tells CPython so. */
    "start_response",
    (PyCFunction)(void (*)(void))start_response,
    METH_FASTCALL,
    NULL,
};

static void starter_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_Free(self);
    Py_DECREF(type);
}

static PyType_Slot slots[] = {
    {Py_tp_dealloc, starter_dealloc},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "hipflask.Starter",
    .basicsize = sizeof(struct starter),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = slots,
};

int starter_start(void)
{
    if (starter_type == NULL) {
        starter_type = (PyTypeObject *)PyType_FromSpec(&spec);
    }
    return starter_type == NULL ? -1 : 0;
}

PyObject *starter_new(struct response *response)
{
    struct starter *starter = PyObject_New(struct starter, starter_type);

    if (starter != NULL) {
        starter->response = response;
    }
    return (PyObject *)starter;
}

PyObject *starter_callable(PyObject *starter)
{
    return PyCFunction_New(&start_method, starter);
}

void starter_finish(PyObject *starter)
{
    ((struct starter *)starter)->response = NULL;
}

void starter_stop(void)
{
    Py_CLEAR(starter_type);
}
