/* The simple timer of Arm's Cortex-M System Design Kit (DDI 0479, section 4.2), as a
 * periodic interrupt. */
#ifndef CMSDK_TIMER_H
#define CMSDK_TIMER_H

#include <stdint.h>

/* Interrupts every `ticks` of the timer's input clock; 0 stops it. */
void cmsdk_timer_period(uintptr_t base, uint32_t ticks);

/* To be called from the timer's interrupt. */
void cmsdk_timer_acknowledge(uintptr_t base);

#endif
