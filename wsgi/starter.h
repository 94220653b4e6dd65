/* start_response() and write(), as the application sees them (PEP 3333).
 *
 * Both are bound to a starter, which the response cuts off at its end: an application
 * that keeps one of them gets RuntimeError, not somebody else's response.
 */
#ifndef STARTER_H
#define STARTER_H

#include <Python.h>

#include "response.h"

/* Creates the type.  Returns 0, or -1 with an exception set. */
int starter_start(void);

/* Returns a new reference, or NULL with an exception set.  response must outlive it or
 * its starter_finish(). */
PyObject *starter_new(struct response *response);

/* The callable start_response of a starter: a new reference, or NULL with an exception. */
PyObject *starter_callable(PyObject *starter);

/* The request is over; starter is not released. */
void starter_finish(PyObject *starter);

/* Releases the type. */
void starter_stop(void);

#endif
