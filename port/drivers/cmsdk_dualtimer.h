/* The dual timer of Arm's Cortex-M System Design Kit (DDI 0479, section 4.4): its first
 * timer is a clock that never stops, its second an alarm. */
#ifndef CMSDK_DUALTIMER_H
#define CMSDK_DUALTIMER_H

#include <stdint.h>

/* Starts the clock at 0.  clock_hz is the timer's input, at least 1 MHz and a
 * multiple of 1000.  Counts in sixteenths of it, which is the clock's resolution. */
void cmsdk_dualtimer_start(uintptr_t base, uint32_t clock_hz);

/* Microseconds since the start, monotonic.  Safe in an interrupt. */
uint64_t cmsdk_dualtimer_micros(void);

/* Raises the interrupt once in ms milliseconds, as late as the counter allows; 0
 * cancels. */
void cmsdk_dualtimer_alarm(uint32_t ms);

/* To be called from the timers' common interrupt: extends the clock beyond 32 bits. */
void cmsdk_dualtimer_interrupt(void);

#endif
