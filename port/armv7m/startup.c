/* From reset to main(). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "irq.h"
#include "machine.h"
#include "mpu.h"
#include "port.h"
#include "registers.h"
#include "stack.h"

int main(void);
void __libc_init_array(void);
void irq_entry(void);

/* From sections.ld; their addresses are their values. */
extern char __data_start[], __data_end[], __bss_start[], __bss_end[];
extern const char __data_load[];
extern char __interrupt_stack_end[];

typedef void (*vector)(void);

void startup_reset(void) __attribute__((noreturn));

enum { STARTUP_EXCEPTIONS = 16, STARTUP_CPACR_FPU = 0xFu << 20, STARTUP_PROCESS_STACK = 2 };

/* The architecture's whole table: it fills the KiB that the MPU closes anyway, and
 * no board needs a table of its own. */
static const struct {
    char *stack;
    vector reset, nmi, hard, memory, bus, usage, reserved[4];
    vector svcall, debug, reserved13, pendsv, systick;
    vector lines[IRQ_LINES];
} vectors __attribute__((section(".vectors"), used)) = {
    .stack = __interrupt_stack_end,
    .reset = startup_reset,
    .nmi = fault_entry,
    .hard = fault_entry,
    .memory = fault_entry,
    .bus = fault_entry,
    .usage = fault_entry,
    .svcall = fault_entry,
    .debug = fault_entry,
    .pendsv = fault_entry,
    .systick = fault_entry,
    .lines = {[0 ... IRQ_LINES - 1] = irq_entry},
};

/* newlib's __libc_init_array() calls it between the constructors; nothing to do. */
__attribute__((weak)) void _init(void)
{
}

__attribute__((weak)) void _fini(void)
{
}

/* On the main stack, with memory as C expects it. */
static void __attribute__((noreturn)) enter(void)
{
    memcpy(__data_start, __data_load, (size_t)(__data_end - __data_start));
    memset(__bss_start, 0, (size_t)(__bss_end - __bss_start));
    registers_scb->vtor = (uint32_t)&vectors;
    fault_start();
    mpu_start();
    port_init();
    __libc_init_array();
    exit(main());
}

/* main() runs on the process stack: handlers have a small one of their own, so that the
 * guard below the main stack tells its overflow from theirs. */
void startup_reset(void)
{
    registers_scb->cpacr |= STARTUP_CPACR_FPU;
    __asm__ volatile("dsb\n\tisb");
    stack_paint();
    __asm__ volatile("msr psp, %0\n\t"
                     "msr control, %1\n\t"
                     "isb\n\t"
                     "bx %2" ::"r"(stack_top()),
                     "r"(STARTUP_PROCESS_STACK), "r"(enter));
    __builtin_unreachable();
}
