/* The main stack before it is used; machine.h has the rest. */
#ifndef STACK_H
#define STACK_H

/* Fills the unused stack with a pattern.  Called once, on another stack. */
void stack_paint(void);

#endif
