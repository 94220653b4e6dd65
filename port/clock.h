/* Time: two clocks, and waiting.
 *
 * The monotonic clock is port_micros().  The real one is the monotonic one plus a
 * base that somebody sets: the build's time at the start, time.clock_settime() later. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds since 1970-01-01 00:00 UTC; since reset where nothing was set. */
int64_t clock_realtime_us(void);

/* The same as a struct timespec. */
struct timespec clock_realtime(void);

/* Seconds since 1970-01-01 00:00 UTC, or -1 as long as nobody has set the clock: what was
 * assumed does not count. */
int64_t clock_known_time(void);

/* Sets the clock to a time that has passed for sure, for want of the right one. */
void clock_assume_realtime(int64_t unix_us);

/* Sets the real-time clock, in microseconds since 1970-01-01 00:00 UTC. */
void clock_set_realtime(int64_t unix_us);

/* hook() is called before and during every wait of a system call (sleeping, reading
 * the console), at least once a second and after every interrupt.  It may do the
 * loop's work; when it returns non-zero the system call ends early with EINTR.  It
 * must not wait itself.  NULL: no hook. */
void clock_on_wait(int (*hook)(void));

/* Lets at most max_us microseconds pass, asleep; returns after any interrupt too.
 * Returns 0, or -EINTR when the hook wants the caller to return. */
int clock_wait(uint64_t max_us);

/* Sleeps until port_micros() reaches deadline_us.  Returns 0, or -EINTR when the
 * hook ended it early. */
int clock_sleep_until(uint64_t deadline_us);

#endif
