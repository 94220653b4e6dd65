/* Faults of the process; fault_note() and fault_panic() are machine.h's. */
#ifndef FAULT_H
#define FAULT_H

#include "port.h"

/* Lets a fault be reported, and reset the process as it would a device.  Under a
 * sanitizer it does nothing: that reports more. */
void fault_catch(void);

/* Reports why and the note, and resets.  Safe in a signal handler. */
void fault_report(const char *why, enum port_reset_reason reason) __attribute__((noreturn));

#endif
