/* The environ of PEP 3333: one dict a request, from a template made once. */
#ifndef ENVIRON_H
#define ENVIRON_H

#include <Python.h>

#include "config.h"
#include "connection.h"

/* Makes the template; after filewrapper_start().  Returns 0, or -1 with an exception set. */
int environ_start(const struct wsgi_config *config);

/* A new dict for the request that connection has parsed; input is its wsgi.input and
 * stays the caller's.  Returns a new reference, or NULL with an exception set (no
 * memory).  Nothing in it points into the connection's buffer. */
PyObject *environ_build(const struct connection *connection, PyObject *input);

/* Releases the template. */
void environ_stop(void);

#endif
