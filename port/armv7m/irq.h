/* Interrupts: who handles which, masking, and sleeping until the next one. */
#ifndef IRQ_H
#define IRQ_H

#include <stdbool.h>
#include <stdint.h>

enum { IRQ_LINES = 240 /* all that the architecture has, so that any chip fits */ };

/* Lets handler() answer interrupt line `line` (0 to IRQ_LINES - 1) and enables it.
 * All lines share one priority: a handler is never interrupted by another one,
 * only by a fault.  handler may use no Python and of lwIP only pbuf_alloc(). */
void irq_connect(unsigned line, void (*handler)(void));

/* Holds interrupts off; returns the previous state for irq_unmask().  Nests. */
uint32_t irq_mask(void);
void irq_unmask(uint32_t state);

/* The number of interrupts handled since the reset; wraps. */
uint32_t irq_count(void);

/* Waits with interrupts masked until one is pending.  It is handled once the
 * caller unmasks, so that nothing is lost between a check and the sleep. */
void irq_wait(void);

#endif
