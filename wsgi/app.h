/* The application: found in its module as Flask finds it. */
#ifndef APP_H
#define APP_H

#include <Python.h>

/* Imports entry, "module" or "module:callable", and returns its WSGI callable: a new
 * reference, or NULL with an exception set (any, also SystemExit).
 *
 * "module" alone looks for `app`, `application`, the one instance whose class defines
 * __call__(self, environ, start_response), and at last calls create_app() or
 * make_app().  "module:name" takes that attribute, dots allowed; "module:name()" calls
 * it. */
PyObject *app_load(const char *entry);

#endif
