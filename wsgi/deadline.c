#include "deadline.h"

#include <Python.h>

enum { WAIT_MS = 100 /* milliseconds between two looks, should no signal wake the wait */ };

static uint64_t (*clock_us)(void);
static uint64_t limit_us;
static uint64_t due_us; /* 0: not in Python, or no limit */
static PyObject *exceeded;

/* Lets applications import it from the device's module, where there is one. */
static int publish(void)
{
    PyObject *module = PyImport_ImportModule("hipflask");
    int result;

    if (module == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_ImportError)) {
            return -1;
        }
        PyErr_Clear();
        return 0;
    }
    result = PyObject_SetAttrString(module, "DeadlineExceeded", exceeded);
    Py_DECREF(module);
    return result;
}

int deadline_start(uint64_t (*now_us)(void), uint32_t limit_ms)
{
    clock_us = now_us;
    limit_us = (uint64_t)limit_ms * 1000;
    due_us = 0;
    if (exceeded == NULL) {
        exceeded = PyErr_NewExceptionWithDoc(
            "hipflask.DeadlineExceeded", "The request took longer than the device allows.", PyExc_BaseException, NULL);
    }
    return exceeded == NULL ? -1 : publish();
}

void deadline_enter(void)
{
    due_us = limit_us == 0 ? 0 : clock_us() + limit_us;
}

void deadline_leave(void)
{
    due_us = 0;
}

int deadline_check(void)
{
    if (due_us == 0 || clock_us() < due_us) {
        return 0;
    }
    PyErr_Format(exceeded, "more than %u ms", (unsigned)(limit_us / 1000));
    return -1;
}

int deadline_wait(struct connection *connection)
{
    connection_wait(connection, WAIT_MS);
    return PyErr_CheckSignals() < 0 ? -1 : deadline_check();
}

bool deadline_is_pending(void)
{
    return exceeded != NULL && PyErr_ExceptionMatches(exceeded);
}

void deadline_stop(void)
{
    due_us = 0;
    Py_CLEAR(exceeded);
}
