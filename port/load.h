/* How busy the processor is: how often and how long it slept, and the time it did not. */
#ifndef LOAD_H
#define LOAD_H

#include <stdint.h>

/* port_idle(), with its time added up: what everybody who waits calls. */
void load_idle(uint32_t max_ms);

/* Microseconds since reset that the processor did not sleep.  Under QEMU's -icount with one
 * nanosecond an instruction these are thousands of instructions. */
uint64_t load_awake_us(void);

/* How often the processor has gone to sleep since reset. */
uint32_t load_sleeps(void);

#endif
