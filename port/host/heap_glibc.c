/* The heap as glibc sees it. */
#include "heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static bool limited;

size_t heap_used(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

size_t heap_total(void)
{
    return UINT32_MAX; /* as much as the machine gives */
}

/* As brk() and mmap() are limited together, what malloc holds already is left out, and so are
 * the process's other data. */
void heap_limit(size_t more)
{
    unsigned long pages = 0;
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    bool lift = more >= UINT32_MAX;
    if (lift && !limited)
        return;
    FILE *status = lift ? NULL : fopen("/proc/self/statm", "re");
    if (status != NULL) {
        if (fscanf(status, "%*u %*u %*u %*u %*u %lu", &pages) == 1)
            limit.rlim_cur = pages * (rlim_t)sysconf(_SC_PAGESIZE) + more;
        fclose(status);
    }
    limited = setrlimit(RLIMIT_DATA, &limit) == 0 && !lift;
}

size_t heap_high_water(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.arena + info.hblkhd;
}
