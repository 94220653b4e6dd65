/* The memory behind malloc: two regions, the linker's __heap0_start..__heap0_end and
 * __heap1_start..__heap1_end, given out by ascending address.  The second one may be
 * empty.  newlib's malloc takes the gap between them for memory that somebody else
 * has; heap.h's functions leave it out. */
#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>

/* From the linker; their addresses are their values. */
extern char __heap0_start[], __heap0_end[], __heap1_start[], __heap1_end[];

void *_sbrk(ptrdiff_t increment);

static char *brk0 = __heap0_start; /* end of what the first region gave */
static char *brk1 = __heap1_start; /* end of what the second one gave */
static bool in_second;
static size_t high_water;
static size_t limit = SIZE_MAX; /* bytes that may be given */

static size_t given(void)
{
    return (size_t)(brk0 - __heap0_start) + (size_t)(brk1 - __heap1_start);
}

/* Moves the end of a region; false when it does not fit. */
static bool move(char **brk, ptrdiff_t increment, const char *start, const char *end)
{
    if (increment > end - *brk || increment < start - *brk) {
        return false;
    }
    *brk += increment;
    return true;
}

/* newlib's malloc asks for more, and gives back what it does not need (increment < 0). */
void *_sbrk(ptrdiff_t increment)
{
    char *previous = in_second ? brk1 : brk0;

    if (increment > 0 && given() + (size_t)increment > limit) {
        errno = ENOMEM;
        return (char *)-1;
    }
    if (!in_second && !move(&brk0, increment, __heap0_start, __heap0_end)) {
        /* The rest of the first region stays unused: malloc wants rising addresses. */
        in_second = increment > 0 && move(&brk1, increment, __heap1_start, __heap1_end);
        previous = in_second ? __heap1_start : (char *)-1;
    } else if (in_second && !move(&brk1, increment, __heap1_start, __heap1_end)) {
        previous = (char *)-1;
    }
    if (previous == (char *)-1) {
        errno = ENOMEM;
    }
    if (given() > high_water) {
        high_water = given();
    }
    return previous;
}

size_t heap_used(void)
{
    size_t gap = in_second ? (size_t)(__heap1_start - brk0) : 0;

    return mallinfo().uordblks - gap;
}

size_t heap_total(void)
{
    return (size_t)(__heap0_end - __heap0_start) + (size_t)(__heap1_end - __heap1_start);
}

size_t heap_high_water(void)
{
    return high_water;
}

void heap_limit(size_t more)
{
    size_t reserve = heap_total() / 4 < HEAP_RESERVE_BYTES ? heap_total() / 4 : HEAP_RESERVE_BYTES;
    size_t most = heap_total() - reserve;

    limit = more == SIZE_MAX ? SIZE_MAX : most > given() && more < most - given() ? given() + more : most;
}
