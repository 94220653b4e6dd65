/* Time, and what a timer's interrupt is on a device: a signal. */
#ifndef TIMER_H
#define TIMER_H

#include <stdint.h>

/* Sets the zero of timer_micros() and makes the signal's timer. */
void timer_start(void);

/* As port_micros(). */
uint64_t timer_micros(void);

/* Lets time pass that did not; milliseconds. */
void timer_jump(uint32_t ms);

/* As port_periodic(): tick is called in a signal handler.  The signal goes on once after
 * the end, so that a loop which starts and stops it in every pass costs no system call. */
void timer_periodic(uint32_t period_ms, void (*tick)(void));

/* As port_watchdog(), looked at with every tick: only what runs under a periodic tick can
 * be caught, which is Python. */
void timer_watchdog(uint32_t timeout_ms, void (*expired)(void));

#endif
