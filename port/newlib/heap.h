/* The memory behind malloc: two regions, the linker's __heap0_start..__heap0_end and
 * __heap1_start..__heap1_end, given out by ascending address.  The second one may be
 * empty.  newlib's malloc takes the gap between them for memory that somebody else
 * has; these functions leave it out. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

enum { HEAP_RESERVE_BYTES = 128 * 1024 /* to report a failure with, and to serve the next request */ };

/* Bytes in use by malloc's callers, with malloc's own 8 a block.  Walks the free lists. */
size_t heap_used(void);

/* Bytes that both regions have. */
size_t heap_total(void);

/* The most bytes malloc ever had from the regions. */
size_t heap_high_water(void);

/* From now on malloc may take at most `more` bytes more from the regions, and leaves a reserve
 * of HEAP_RESERVE_BYTES alone.  SIZE_MAX: no limit, the reserve is free.  What malloc holds
 * already and is not in use does not count. */
void heap_limit(size_t more);

#endif
