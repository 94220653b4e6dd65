#include "app.h"

#include <stdbool.h>
#include <string.h>

static const char *const variables[] = {"app", "application"};
static const char *const factories[] = {"create_app", "make_app"};

/* An attribute that may be missing.  Returns 1 and a new reference, 0, or -1 with an
 * exception set. */
static int look_up(PyObject *object, const char *name, PyObject **value)
{
    *value = PyObject_GetAttrString(object, name);
    if (*value != NULL) {
        return 1;
    }
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
        return -1;
    }
    PyErr_Clear();
    return 0;
}

/* Steals value; passes it on if it can be called. */
static PyObject *require_callable(PyObject *value, const char *entry)
{
    if (value != NULL && !PyCallable_Check(value)) {
        PyErr_Format(PyExc_TypeError, "'%s' gives a %.80s, which is no WSGI application", entry,
                     Py_TYPE(value)->tp_name);
        Py_CLEAR(value);
    }
    return value;
}

/* Steals factory. */
static PyObject *make(PyObject *factory, const char *entry)
{
    PyObject *made = PyObject_CallNoArgs(factory);

    Py_DECREF(factory);
    return require_callable(made, entry);
}

/* Whether value is an instance that is called as a WSGI application is: its class has a
 * Python method __call__(self, environ, start_response).  Functions, classes and Flask's
 * `request` and `session`, which can be called too, are thereby out. */
static bool is_instance_of_wsgi_class(PyObject *value)
{
    PyObject *call = NULL, *code = NULL, *count = NULL;
    bool result = false;

    if (!PyType_Check(value) && look_up((PyObject *)Py_TYPE(value), "__call__", &call) > 0 &&
        look_up(call, "__code__", &code) > 0 && look_up(code, "co_argcount", &count) > 0) {
        result = PyLong_Check(count) && PyLong_AsLong(count) == 3;
    }
    Py_XDECREF(count);
    Py_XDECREF(code);
    Py_XDECREF(call);
    PyErr_Clear();
    return result;
}

/* The one such instance of a module.  Returns 1 and a new reference, 0 if there is none,
 * -1 with an exception set if there are several. */
static int find_instance(PyObject *module, const char *entry, PyObject **found)
{
    PyObject *values = PyDict_Values(PyModule_GetDict(module)); /* a copy: looking may run code */

    *found = NULL;
    if (values == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(values); i++) {
        PyObject *value = PyList_GET_ITEM(values, i);

        if (value == *found || !is_instance_of_wsgi_class(value)) {
            continue;
        }
        if (*found != NULL) {
            PyErr_Format(PyExc_RuntimeError, "module '%s' has several WSGI applications; name one as '%s:name'", entry,
                         entry);
            Py_CLEAR(*found);
            Py_DECREF(values);
            return -1;
        }
        *found = Py_NewRef(value);
    }
    Py_DECREF(values);
    return *found != NULL;
}

static PyObject *find(PyObject *module, const char *entry)
{
    PyObject *value;
    int result;

    for (unsigned i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        result = look_up(module, variables[i], &value);
        if (result < 0 || (result > 0 && PyCallable_Check(value))) {
            return value;
        }
        Py_XDECREF(value); /* say, a submodule called app */
    }
    result = PyModule_Check(module) ? find_instance(module, entry, &value) : 0;
    if (result != 0) {
        return result > 0 ? value : NULL;
    }
    for (unsigned i = 0; i < sizeof factories / sizeof factories[0]; i++) {
        result = look_up(module, factories[i], &value);
        if (result != 0) {
            return result > 0 ? make(value, entry) : NULL;
        }
    }
    return PyErr_Format(PyExc_RuntimeError,
                        "module '%s' has no WSGI application: no app, no application, no instance of one, "
                        "no create_app() and no make_app()",
                        entry);
}

static bool is_factory(const char *name)
{
    for (unsigned i = 0; i < sizeof factories / sizeof factories[0]; i++) {
        if (strcmp(name, factories[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The attribute of a path like "site.wsgi"; path is written to. */
static PyObject *follow(PyObject *module, char *path)
{
    PyObject *value = Py_NewRef(module);

    while (value != NULL && path != NULL) {
        char *dot = strchr(path, '.');
        PyObject *next;

        if (dot != NULL) {
            *dot++ = '\0';
        }
        next = PyObject_GetAttrString(value, path);
        Py_DECREF(value);
        value = next;
        path = dot;
    }
    return value;
}

/* name is written to. */
static PyObject *find_named(PyObject *module, char *name, const char *entry)
{
    size_t length = strlen(name);
    bool called = length > 2 && strcmp(name + length - 2, "()") == 0;
    PyObject *value;

    if (called) {
        name[length - 2] = '\0';
    }
    called |= is_factory(name);
    value = follow(module, name);
    return value != NULL && called ? make(value, entry) : require_callable(value, entry);
}

/* "package.module" imports and returns the module, not the package. */
static PyObject *import_module(const char *name)
{
    PyObject *text = PyUnicode_FromString(name);
    PyObject *module = text == NULL ? NULL : PyImport_Import(text);

    if (module != NULL && strchr(name, '.') != NULL) {
        Py_DECREF(module);
        module = PyImport_GetModule(text);
        if (module == NULL && !PyErr_Occurred()) {
            PyErr_Format(PyExc_ImportError, "no module named '%s'", name);
        }
    }
    Py_XDECREF(text);
    return module;
}

PyObject *app_load(const char *entry)
{
    size_t size = strlen(entry) + 1;
    char *text = PyMem_Malloc(size);
    char *name;
    PyObject *module, *app = NULL;

    if (text == NULL) {
        return PyErr_NoMemory();
    }
    memcpy(text, entry, size);
    name = strchr(text, ':');
    if (name != NULL) {
        *name++ = '\0';
    }
    module = import_module(text);
    if (module != NULL) {
        app = name == NULL || *name == '\0' ? find(module, text) : find_named(module, name, entry);
        Py_DECREF(module);
    }
    PyMem_Free(text);
    return app;
}
