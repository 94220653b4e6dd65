#include "cmsdk_watchdog.h"

#include <stddef.h>

struct registers {
    uint32_t load, value, control, intclr, ris, mis, reserved[762], lock;
};

enum { CONTROL_INTERRUPT = 1u << 0, CONTROL_RESET = 1u << 1, LOCK_KEY = 0x1ACCE551 };

_Static_assert(offsetof(struct registers, lock) == 0xC00, "WDOGLOCK");

void cmsdk_watchdog_start(uintptr_t base, uint32_t ticks)
{
    volatile struct registers *regs = (volatile struct registers *)base;
    regs->lock = LOCK_KEY;
    regs->control = 0;
    regs->intclr = 1;
    if (ticks > 0) {
        regs->load = ticks; /* also restarts the count */
        regs->control = CONTROL_INTERRUPT | CONTROL_RESET;
    }
    regs->lock = 0;
}
