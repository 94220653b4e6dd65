/* The processor's faults; what they print and do is fault_panic()'s of machine.h, with registers. */
#ifndef FAULT_H
#define FAULT_H

/* Lets the processor report memory, bus and usage faults as such, division by zero
 * included.  Called once by the start-up code. */
void fault_start(void);

/* The vector of every fault, and of NMI, to which boards wire their watchdog's
 * warning. */
void fault_entry(void);

#endif
