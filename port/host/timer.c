#include "timer.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

static uint64_t zero_us;
static timer_t timer;
static bool armed;
static void (*volatile periodic)(void);
static void (*volatile bite)(void);
static volatile uint64_t bite_us; /* 0: never */

static uint64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void set(uint32_t period_ms)
{
    struct timespec period = {.tv_sec = period_ms / 1000, .tv_nsec = (long)(period_ms % 1000) * 1000000};
    timer_settime(timer, 0, &(struct itimerspec){period, period}, NULL);
    armed = period_ms > 0;
}

static void on_signal(int signal_number)
{
    void (*tick)(void) = periodic;
    (void)signal_number;
    if (tick == NULL) {
        set(0);
        return;
    }
    if (bite_us != 0 && timer_micros() > bite_us)
        bite();
    tick();
}

void timer_start(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    zero_us = monotonic_us();
    sigaction(SIGRTMIN, &action, NULL);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
        abort();
}

uint64_t timer_micros(void)
{
    return monotonic_us() - zero_us;
}

void timer_jump(uint32_t ms)
{
    zero_us -= (uint64_t)ms * 1000;
    if (bite_us != 0)
        bite_us += (uint64_t)ms * 1000; /* the watchdog has a clock of its own */
}

void timer_periodic(uint32_t period_ms, void (*tick)(void))
{
    periodic = period_ms > 0 ? tick : NULL;
    if (period_ms > 0 && !armed)
        set(period_ms);
}

void timer_watchdog(uint32_t timeout_ms, void (*expired)(void))
{
    bite_us = 0;
    bite = expired;
    bite_us = timeout_ms > 0 ? timer_micros() + (uint64_t)timeout_ms * 1000 : 0;
}
