#include "safepoint.h"

#include <Python.h>

#include <signal.h>

static int (*run_at_safe_point)(void);
static volatile bool pending;

static PyObject *handle(PyObject *Py_UNUSED(self), PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(nargs))
{
    pending = false;
    if (run_at_safe_point != NULL && run_at_safe_point() < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef handler = {"safe_point", (PyCFunction)(void (*)(void))handle, METH_FASTCALL, NULL};

int safepoint_install(int (*at_safe_point)(void))
{
    PyObject *module = PyImport_ImportModule("_signal");
    PyObject *function = PyCFunction_New(&handler, NULL);
    PyObject *previous = NULL;
    if (module != NULL && function != NULL)
        previous = PyObject_CallMethod(module, "signal", "iO", SIGALRM, function);
    if (previous != NULL)
        run_at_safe_point = at_safe_point;
    Py_XDECREF(previous);
    Py_XDECREF(function);
    Py_XDECREF(module);
    return run_at_safe_point != NULL ? 0 : -1;
}

void safepoint_remove(void)
{
    run_at_safe_point = NULL;
    pending = false;
}

void safepoint_request(void)
{
    if (run_at_safe_point == NULL)
        return;
    /* Also while one is pending: without memory for the call, CPython drops the signal. */
    pending = true;
    PyErr_SetInterruptEx(SIGALRM);
}

bool safepoint_pending(void)
{
    return pending;
}
