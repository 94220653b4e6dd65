/* The process as a machine: it ends by a signal and resets by starting itself again. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>

#include "port.h"

/* Takes over the reason that the run before left in the environment, and keeps argv for
 * the next one.  Called once, first. */
void process_start(char **argv);

/* Starts the program again with the same arguments and process number.  Safe in a signal
 * handler. */
void process_reset(enum port_reset_reason reason) __attribute__((noreturn));

/* From now on SIGINT and SIGTERM ask the process to end in order.  A second one ends it at
 * once.  Returns a descriptor, this module's, that becomes readable with the first. */
int process_catch_end(void);

/* Whether it was asked. */
bool process_is_ending(void);

#endif
