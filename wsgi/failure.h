/* An exception that nobody caught: told on sys.stderr, and then forgotten. */
#ifndef FAILURE_H
#define FAILURE_H

#include <stddef.h>

/* Prints the pending exception with its traceback through sys.excepthook and clears it.
 * Unlike PyErr_Print() it exits on no exception and keeps none in sys.last_value.
 * Counts as an entry into Python of its own. */
void failure_print(void);

/* Writes "Type: message" of the pending exception to text (UTF-8, terminated, cut to
 * size bytes, control characters replaced), which stays pending. */
void failure_describe(char *text, size_t size);

/* Prints "hipflask: ", a message of at most 200 bytes and a line end to sys.stderr; format
 * as of printf(). */
void failure_note(const char *format, ...);

#endif
