/* The processor's faults, as the kernel tells them. */
#include <signal.h>
#include <stdint.h>

#include "fault.h"
#include "machine.h"

enum { FAULT_STACK_BYTES = 65536, NULL_PAGE = 4096 };

static char stack[FAULT_STACK_BYTES]; /* the one in use may be what is broken */

static const char *memory_reason(uintptr_t address)
{
    uintptr_t bottom = (uintptr_t)stack_bottom();
    if (address < NULL_PAGE)
        return "null pointer access";
    if (address < bottom + NULL_PAGE && address + NULL_PAGE * 16 > bottom)
        return "stack overflow (guard hit)";
    return "access to protected memory";
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    switch (number) {
    case SIGSEGV:
        fault_report(memory_reason((uintptr_t)info->si_addr), PORT_RESET_FAULT);
    case SIGBUS:
        fault_report("access to no memory", PORT_RESET_FAULT);
    case SIGFPE:
        fault_report("division by zero", PORT_RESET_FAULT);
    case SIGILL:
        fault_report("undefined instruction", PORT_RESET_FAULT);
    default:
        fault_report("abort", PORT_RESET_PANIC);
    }
}

void fault_catch(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigaction(faults[i], &action, NULL);
}
