/* Resetting the machine, and why it was reset last time. */
#ifndef RESET_H
#define RESET_H

#include "port.h"

/* Takes over the reason that the run before left in memory.  Called once, before
 * the other functions. */
void reset_start(void);

/* Why the machine started. */
enum port_reset_reason reset_reason(void);

/* One word or two for a console; static. */
const char *reset_reason_text(enum port_reset_reason reason);

/* Leaves the reason to the next run without resetting yet. */
void reset_record(enum port_reset_reason reason);

/* Records the reason and resets through the processor (AIRCR.SYSRESETREQ). */
void reset_now(enum port_reset_reason reason) __attribute__((noreturn));

#endif
