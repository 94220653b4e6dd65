#include "filewrapper.h"

enum { BLOCK_BYTES = 8192 /* bytes of a block, if the application does not say */ };

struct filewrapper {
    PyObject_HEAD PyObject *file; /* owned */
    Py_ssize_t block;             /* bytes */
};

static PyTypeObject *type;
static int (*map_file)(int fd, const void **data, size_t *length);

static PyObject *wrapper_new(PyTypeObject *of, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"filelike", "blksize", NULL};
    Py_ssize_t block = BLOCK_BYTES;
    struct filewrapper *wrapper;
    PyObject *file;

    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|n:FileWrapper", names, &file, &block)) {
        return NULL;
    }
    wrapper = PyObject_New(struct filewrapper, of);
    if (wrapper != NULL) {
        wrapper->file = Py_NewRef(file);
        wrapper->block = block;
    }
    return (PyObject *)wrapper;
}

static void wrapper_dealloc(PyObject *self)
{
    PyTypeObject *of = Py_TYPE(self);

    Py_DECREF(((struct filewrapper *)self)->file);
    PyObject_Free(self);
    Py_DECREF(of);
}

static PyObject *wrapper_next(PyObject *self)
{
    struct filewrapper *wrapper = (struct filewrapper *)self;
    PyObject *data = PyObject_CallMethod(wrapper->file, "read", "n", wrapper->block);

    if (data != NULL && PyObject_Length(data) == 0) {
        Py_CLEAR(data);
    }
    return data;
}

/* Closes the file, if it can be closed (PEP 3333). */
static PyObject *wrapper_close(PyObject *self, PyObject *Py_UNUSED(args))
{
    PyObject *close = PyObject_GetAttrString(((struct filewrapper *)self)->file, "close");
    PyObject *result;

    if (close == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return NULL;
        }
        PyErr_Clear();
        Py_RETURN_NONE;
    }
    result = PyObject_CallNoArgs(close);
    Py_DECREF(close);
    return result;
}

static PyMethodDef methods[] = {
    {"close", wrapper_close, METH_NOARGS, "close() closes the file"},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_new, wrapper_new},       {Py_tp_dealloc, wrapper_dealloc}, {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, wrapper_next}, {Py_tp_methods, methods},         {0, NULL},
};

static PyType_Spec spec = {
    .name = "hipflask.FileWrapper",
    .basicsize = sizeof(struct filewrapper),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = slots,
};

int filewrapper_start(int (*map)(int fd, const void **data, size_t *length))
{
    map_file = map;
    if (type == NULL) {
        type = (PyTypeObject *)PyType_FromSpec(&spec);
    }
    return type == NULL ? -1 : 0;
}

PyObject *filewrapper_type(void)
{
    return (PyObject *)type;
}

bool filewrapper_check(PyObject *iterable)
{
    return Py_TYPE(iterable) == type;
}

/* The result of a method that returns a number; -1 when it does not. */
static Py_ssize_t number_of(PyObject *file, const char *method)
{
    PyObject *result = PyObject_CallMethod(file, method, NULL);
    Py_ssize_t number = result == NULL ? -1 : PyNumber_AsSsize_t(result, NULL);

    Py_XDECREF(result);
    PyErr_Clear(); /* no file of the system, then */
    return number;
}

bool filewrapper_map(PyObject *wrapper, const char **data, size_t *length)
{
    PyObject *file = ((struct filewrapper *)wrapper)->file;
    Py_ssize_t fd = map_file == NULL ? -1 : number_of(file, "fileno");
    Py_ssize_t position = fd < 0 || fd > INT_MAX ? -1 : number_of(file, "tell");
    const void *start;
    size_t size;

    if (position < 0 || map_file((int)fd, &start, &size) < 0) {
        return false;
    }
    size = (size_t)position < size ? size - (size_t)position : 0;
    *data = (const char *)start + position;
    *length = size;
    return true;
}

void filewrapper_stop(void)
{
    Py_CLEAR(type);
}
