/* Starting CPython without an operating system. */
#ifndef INTERPRETER_H
#define INTERPRETER_H

/* Starts the interpreter: isolated, UTF-8, no site, no bytecode written, modules from
 * /rom, its C recursion limited to what the main stack holds.  Needs the file
 * systems mounted and the console open as descriptors 0 to 2; touches no other
 * device.  Blocks until done.  Returns 0, or -1 with CPython's own message on the
 * console; then nothing of CPython may be called. */
int interpreter_start(void);

#endif
