/* Running C code between two bytecodes.
 *
 * An interrupt may not touch Python.  It calls safepoint_request(), and CPython
 * calls the installed function at its next safe point: between bytecodes, and
 * wherever C code calls PyErr_CheckSignals(), which regular expressions,
 * arithmetic on long integers and interrupted sleeps do.
 *
 * Built on CPython's public interface for simulated signals; SIGALRM is taken.
 */
#ifndef SAFEPOINT_H
#define SAFEPOINT_H

#include <stdbool.h>

/* Sets what runs at a safe point.  It runs with the interpreter held, must not run
 * Python code, and returns 0, or -1 with an exception set that is raised there.
 * Called once, after interpreter_start().  Returns 0, or -1 with an exception set. */
int safepoint_install(int (*at_safe_point)(void));

/* Before the interpreter ends: nothing runs at safe points any more. */
void safepoint_remove(void);

/* Asks for a safe point.  Safe in an interrupt; any number of requests before the
 * safe point count as one.  Without effect before safepoint_install(). */
void safepoint_request(void);

/* True from a request until its safe point: a blocking call should return EINTR. */
bool safepoint_pending(void);

#endif
