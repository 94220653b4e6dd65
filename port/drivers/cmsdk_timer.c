#include "cmsdk_timer.h"

struct registers {
    uint32_t ctrl, value, reload, intclear;
};

enum { CTRL_ENABLE = 1u << 0, CTRL_INTERRUPT = 1u << 3 };

void cmsdk_timer_period(uintptr_t base, uint32_t ticks)
{
    volatile struct registers *regs = (volatile struct registers *)base;
    regs->ctrl = 0;
    regs->intclear = 1;
    if (ticks == 0)
        return;
    regs->reload = ticks - 1;
    regs->value = ticks - 1;
    regs->ctrl = CTRL_ENABLE | CTRL_INTERRUPT;
}

void cmsdk_timer_acknowledge(uintptr_t base)
{
    ((volatile struct registers *)base)->intclear = 1;
}
