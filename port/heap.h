/* The memory behind malloc. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

enum { HEAP_RESERVE_BYTES = 128 * 1024 /* to report a failure with, and to serve the next request */ };

/* Bytes in use by malloc's callers, with malloc's own overhead.  On a device it walks
 * the free lists. */
size_t heap_used(void);

/* Bytes that malloc can have at most. */
size_t heap_total(void);

/* The most bytes that malloc ever took from them. */
size_t heap_high_water(void);

/* From now on malloc may take at most `more` bytes more, and leaves a reserve of
 * HEAP_RESERVE_BYTES alone.  SIZE_MAX: no limit, the reserve is free.  What malloc holds
 * already and is not in use does not count. */
void heap_limit(size_t more);

#endif
