/* The main stack: its bounds, and how deep it has been. */
#ifndef STACK_H
#define STACK_H

#include <stddef.h>

/* Fills the unused stack with a pattern.  Called once, on another stack. */
void stack_paint(void);

/* One past the highest byte; aligned to 8. */
char *stack_top(void);

/* The lowest byte that may be used; the guard lies below. */
char *stack_bottom(void);

/* The most bytes of the main stack that were in use at any time since the reset. */
size_t stack_high_water(void);

#endif
