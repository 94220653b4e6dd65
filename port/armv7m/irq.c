#include "irq.h"

#include <stddef.h>

#include "machine.h"
#include "registers.h"

enum {
    IRQ_PRIORITY = 0x80,     /* below the faults, which have 0: a handler that faults gets a report */
    IRQ_FIRST_EXCEPTION = 16 /* exception number of line 0 */
};

static void (*handlers[IRQ_LINES])(void);
static volatile uint32_t handled;

void irq_connect(unsigned line, void (*handler)(void))
{
    handlers[line] = handler;
    registers_nvic->ipr[line] = IRQ_PRIORITY;
    registers_nvic->iser[line / 32] = 1u << (line % 32);
}

/* Every external vector points here. */
void irq_entry(void)
{
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    uint32_t line = exception - IRQ_FIRST_EXCEPTION;

    handled++;
    if (line >= IRQ_LINES || handlers[line] == NULL)
        fault_panic("unexpected interrupt");
    handlers[line]();
}

uint32_t irq_mask(void)
{
    uint32_t state;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(state)::"memory");
    return state;
}

void irq_unmask(uint32_t state)
{
    /* The barrier lets whatever is pending run before the next instruction. */
    __asm__ volatile("msr primask, %0\n\tisb" ::"r"(state) : "memory");
}

uint32_t irq_count(void)
{
    return handled;
}

void irq_wait(void)
{
    __asm__ volatile("dsb\n\twfi\n\tisb" ::: "memory");
}
