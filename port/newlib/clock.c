/* Time; see clock.h. */
#include "clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "load.h"
#include "port.h"

enum {
    CLOCK_WAIT_MS = 1000, /* the hook is called this often at least */
    CLOCK_US_PER_MS = 1000,
    CLOCK_US_PER_S = 1000000,
};

static int64_t realtime_base_us; /* real time at reset */
static bool known;               /* somebody has set it */
static int (*wait_hook)(void);

int64_t clock_realtime_us(void)
{
    return realtime_base_us + (int64_t)port_micros();
}

struct timespec clock_realtime(void)
{
    int64_t now = clock_realtime_us();

    return (struct timespec){
        .tv_sec = (time_t)(now / CLOCK_US_PER_S),
        .tv_nsec = (long)(now % CLOCK_US_PER_S) * 1000,
    };
}

int64_t clock_known_time(void)
{
    return known ? clock_realtime_us() / CLOCK_US_PER_S : -1;
}

void clock_assume_realtime(int64_t unix_us)
{
    realtime_base_us = unix_us - (int64_t)port_micros();
}

void clock_set_realtime(int64_t unix_us)
{
    clock_assume_realtime(unix_us);
    known = true;
}

void clock_on_wait(int (*hook)(void))
{
    wait_hook = hook;
}

int clock_wait(uint64_t max_us)
{
    uint64_t max_ms = (max_us + CLOCK_US_PER_MS - 1) / CLOCK_US_PER_MS;

    if (wait_hook != NULL && wait_hook() != 0) {
        return -EINTR;
    }
    if (max_ms > 0) {
        load_idle(max_ms < CLOCK_WAIT_MS ? (uint32_t)max_ms : CLOCK_WAIT_MS);
    }
    return 0;
}

int clock_sleep_until(uint64_t deadline_us)
{
    uint64_t now = port_micros();

    do {
        int error = clock_wait(deadline_us > now ? deadline_us - now : 0);
        if (error < 0) {
            return error;
        }
        now = port_micros();
    } while (now < deadline_us);
    return 0;
}
