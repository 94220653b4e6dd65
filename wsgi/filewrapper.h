/* wsgi.file_wrapper (PEP 3333, "Optional Platform-Specific File Handling").
 *
 * An iterable over a file in blocks.  Of a file that lies in memory for good, like one in
 * a ROM file system, the response sends the bytes from where they are instead.
 */
#ifndef FILEWRAPPER_H
#define FILEWRAPPER_H

#include <Python.h>
#include <stdbool.h>

/* Creates the type.  map says where an open file's bytes lie (see config.h); may be NULL.
 * Returns 0, or -1 with an exception set. */
int filewrapper_start(int (*map)(int fd, const void **data, size_t *length));

/* What environ has as wsgi.file_wrapper; borrowed. */
PyObject *filewrapper_type(void);

/* Whether an iterable is a file wrapper. */
bool filewrapper_check(PyObject *iterable);

/* Where the file's bytes from its present position on lie.  Returns false, with no
 * exception set, when they can only be read.  Calls the file's fileno() and tell(). */
bool filewrapper_map(PyObject *wrapper, const char **data, size_t *length);

/* Releases the type. */
void filewrapper_stop(void);

#endif
