/* The heap as AddressSanitizer sees it: the bytes that were asked for. */
#include "heap.h"

#include <stdint.h>

/* The sanitizers' runtime library has these; GCC ships no header for them. */
size_t __sanitizer_get_current_allocated_bytes(void);
size_t __sanitizer_get_heap_size(void);

size_t heap_used(void)
{
    return __sanitizer_get_current_allocated_bytes();
}

size_t heap_total(void)
{
    return UINT32_MAX; /* as much as the machine gives */
}

/* The sanitizer's own bookkeeping takes as much again: a limit would be its end, not the app's. */
void heap_limit(size_t more)
{
    (void)more;
}

size_t heap_high_water(void)
{
    return __sanitizer_get_heap_size();
}
