/* Starting and ending CPython. */
#ifndef INTERPRETER_H
#define INTERPRETER_H

/* Starts the interpreter: isolated, UTF-8, no signal handlers of Python's own, its
 * modules where interpreter_place.h says.  Needs the file systems mounted and the console
 * open as descriptors 0 to 2; touches no other device.  Blocks until done.  Returns 0, or
 * -1 with CPython's own message on the console; then nothing of CPython may be called. */
int interpreter_start(void);

/* Ends it, with everything the app has; interpreter_start() may follow. */
void interpreter_stop(void);

#endif
