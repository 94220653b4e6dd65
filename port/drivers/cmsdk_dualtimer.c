#include "cmsdk_dualtimer.h"

#include "irq.h"

struct timer {
    uint32_t load, value, control, intclr, ris, mis, bgload, reserved;
};

enum {
    CONTROL_ONE_SHOT = 1u << 0,
    CONTROL_32_BITS = 1u << 1,
    CONTROL_DIVIDE_16 = 1u << 2,
    CONTROL_INTERRUPT = 1u << 5,
    CONTROL_PERIODIC = 1u << 6,
    CONTROL_ENABLE = 1u << 7,
    DIVIDER = 16,
    SCALE_BITS = 28, /* of the fraction: the clock is wrong by less than 10 ns a second */
};

static volatile struct timer *timers; /* two: the clock and the alarm */
static uint32_t input_khz;            /* before the divider; more than 1000 */
static uint32_t scale;                /* microseconds a tick, in units of 2^-SCALE_BITS */
static volatile uint32_t wraps;       /* of the clock's counter */

void cmsdk_dualtimer_start(uintptr_t base, uint32_t clock_hz)
{
    timers = (volatile struct timer *)base;
    input_khz = clock_hz / 1000;
    scale = (uint32_t)(((uint64_t)(DIVIDER * 1000u) << SCALE_BITS) / input_khz);
    wraps = 0;
    timers[1].control = 0;
    timers[1].intclr = 1;
    timers[0].control = 0;
    timers[0].load = UINT32_MAX;
    timers[0].intclr = 1;
    timers[0].control = CONTROL_ENABLE | CONTROL_PERIODIC | CONTROL_INTERRUPT | CONTROL_DIVIDE_16 | CONTROL_32_BITS;
}

uint64_t cmsdk_dualtimer_micros(void)
{
    uint32_t state = irq_mask();
    uint32_t high = wraps;
    uint32_t low = UINT32_MAX - timers[0].value;
    if (timers[0].ris) { /* it wrapped, and the interrupt has not run yet */
        low = UINT32_MAX - timers[0].value;
        high += low != UINT32_MAX; /* at zero it waits for a tick before it starts again */
    }
    irq_unmask(state);

    /* Two multiplications: a request asks some twenty times, and 64-bit divisions are functions. */
    return (uint64_t)high * ((uint64_t)scale << (32 - SCALE_BITS)) + ((uint64_t)low * scale >> SCALE_BITS);
}

void cmsdk_dualtimer_alarm(uint32_t ms)
{
    timers[1].control = 0;
    timers[1].intclr = 1;
    if (ms == 0)
        return;
    uint64_t ticks = (uint64_t)ms * input_khz / DIVIDER;
    timers[1].load = ticks < UINT32_MAX ? (uint32_t)ticks : UINT32_MAX;
    timers[1].control = CONTROL_ENABLE | CONTROL_ONE_SHOT | CONTROL_INTERRUPT | CONTROL_DIVIDE_16 | CONTROL_32_BITS;
}

void cmsdk_dualtimer_interrupt(void)
{
    if (timers[0].ris) {
        while (timers[0].value == 0) { /* one tick, less than a microsecond */
        }
        timers[0].intclr = 1;
        wraps++;
    }
    if (timers[1].ris)
        timers[1].intclr = 1;
}
