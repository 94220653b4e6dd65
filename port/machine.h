/* The machine seam: what the firmware asks of a processor and its start-up code.
 * port/<architecture> implements it, for all of its boards. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>

#include "port.h"

enum { FAULT_NOTE_BYTES = 128 /* longest note; the rest is cut off */ };

/* The main stack: one past its highest byte, and the lowest that may be used. */
char *stack_top(void);
char *stack_bottom(void);

/* The most bytes of the main stack that were in use at any time since the start. */
size_t stack_high_water(void);

/* Remembers what the machine is doing (the request line), for the report of a
 * later fault.  text is copied; unprintable bytes become dots. */
void fault_note(const char *text, size_t len);

/* Reports `why` and the note, and resets with PORT_RESET_PANIC.  Safe in an
 * interrupt; needs little stack. */
void fault_panic(const char *why) __attribute__((noreturn));

/* Why the machine started. */
enum port_reset_reason reset_reason(void);

/* The same as one word or two for a console; static.  Of no machine in particular:
 * port/reset_reason.c. */
const char *reset_reason_text(enum port_reset_reason reason);

#endif
