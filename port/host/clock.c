/* The real time is this machine's, and its system calls need no help while they wait: the
 * periodic signal interrupts them, and CPython then passes a safe point. */
#include "clock.h"

enum { US_PER_S = 1000000, NS_PER_US = 1000 };

struct timespec clock_realtime(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now;
}

int64_t clock_realtime_us(void)
{
    struct timespec now = clock_realtime();
    return (int64_t)now.tv_sec * US_PER_S + now.tv_nsec / NS_PER_US;
}

int64_t clock_known_time(void)
{
    return clock_realtime_us() / US_PER_S;
}

/* The machine keeps its time. */
void clock_assume_realtime(int64_t unix_us)
{
    (void)unix_us;
}

void clock_set_realtime(int64_t unix_us)
{
    (void)unix_us;
}

void clock_on_wait(int (*hook)(void))
{
    (void)hook;
}
