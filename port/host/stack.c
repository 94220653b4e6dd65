/* The main thread's stack, as the kernel made it. */
#include <stdio.h>
#include <sys/resource.h>

#include "machine.h"

enum { UNLIMITED_BYTES = 8 << 20 /* what is assumed of a stack without a limit */ };

extern void *__libc_stack_end; /* glibc's: where the stack began */

char *stack_top(void)
{
    return __libc_stack_end;
}

char *stack_bottom(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        limit.rlim_cur = UNLIMITED_BYTES;
    return stack_top() - limit.rlim_cur;
}

/* The kernel extends a stack by the page, and never takes one back. */
size_t stack_high_water(void)
{
    char line[128];
    unsigned long kib = 0;
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL)
        return 0;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmStk: %lu kB", &kib) == 1)
            break;
    fclose(status);
    return kib * 1024;
}
