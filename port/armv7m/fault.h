/* What happens when nothing can go on: a report on the console, then a reset. */
#ifndef FAULT_H
#define FAULT_H

#include <stddef.h>

enum { FAULT_NOTE_BYTES = 128 /* longest note; the rest is cut off */ };

/* Lets the processor report memory, bus and usage faults as such, division by zero
 * included.  Called once by the start-up code. */
void fault_start(void);

/* Remembers what the machine is doing (the request line), for the report of a
 * later fault.  text is copied; unprintable bytes become dots. */
void fault_note(const char *text, size_t len);

/* Reports `why` and the note, and resets with PORT_RESET_PANIC.  Safe in an
 * interrupt; needs little stack. */
void fault_panic(const char *why) __attribute__((noreturn));

/* The vector of every fault, and of NMI, to which boards wire their watchdog's
 * warning. */
void fault_entry(void);

#endif
