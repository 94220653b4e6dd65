/* Resetting the processor, and what the run before left in memory about it. */
#ifndef RESET_H
#define RESET_H

#include "port.h"

/* Takes over the reason that the run before left in memory.  Called once, before
 * reset_reason() of machine.h. */
void reset_start(void);

/* Leaves the reason to the next run without resetting yet. */
void reset_record(enum port_reset_reason reason);

/* Records the reason and resets through the processor (AIRCR.SYSRESETREQ). */
void reset_now(enum port_reset_reason reason) __attribute__((noreturn));

#endif
