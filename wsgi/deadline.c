#include "deadline.h"

#include <Python.h>

#include "pool.h"

enum { WAIT_MS = 100 /* milliseconds between two looks, should no signal wake the wait */ };

static uint64_t (*clock_us)(void);
static uint64_t limit_us;
static uint64_t due_us;                   /* 0: not in Python, or no limit */
static void (*limit_memory)(size_t more); /* may be NULL */
static size_t memory_bytes;
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

int deadline_start(const struct wsgi_config *config)
{
    clock_us = config->now_us;
    limit_us = (uint64_t)config->deadline_ms * 1000;
    limit_memory = config->limit_memory;
    memory_bytes = config->memory_bytes > 0 ? config->memory_bytes : SIZE_MAX - 1;
    due_us = 0;
    if (exceeded == NULL) {
        exceeded = PyErr_NewExceptionWithDoc(
            "hipflask.DeadlineExceeded", "The request took longer than the device allows.", PyExc_BaseException, NULL);
    }
    return exceeded == NULL ? -1 : publish();
}

static void enter(size_t more)
{
    due_us = limit_us == 0 ? 0 : clock_us() + limit_us;
    if (limit_memory != NULL) {
        limit_memory(more);
    }
}

void deadline_enter(void)
{
    enter(memory_bytes);
}

void deadline_enter_report(void)
{
    enter(SIZE_MAX);
}

void deadline_leave(void)
{
    due_us = 0;
    if (limit_memory != NULL) {
        limit_memory(SIZE_MAX);
    }
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
    bool contended = pool_has_ready();
    uint64_t before = clock_us();

    connection_wait(connection, WAIT_MS);
    pool_advance();
    if (!contended && due_us != 0) {
        due_us += clock_us() - before;
    }
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
