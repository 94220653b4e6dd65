/* wsgi.input: the body of one request as a Python object.
 *
 * Reads stream from the transport; what is not read stays there and holds the client
 * back.  An application may keep the object: after input_finish() it raises ValueError
 * instead of reading another request's bytes.
 */
#ifndef INPUT_H
#define INPUT_H

#include <Python.h>

#include "connection.h"

/* Creates the type.  Returns 0, or -1 with an exception set. */
int input_start(void);

/* An input that reads the body of connection, which must outlive it or its
 * input_finish().  Returns a new reference, or NULL with an exception set. */
PyObject *input_new(struct connection *connection);

/* The request is over: detaches from the connection.  input is not released. */
void input_finish(PyObject *input);

/* Releases the type. */
void input_stop(void);

#endif
