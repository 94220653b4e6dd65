/* The memory behind malloc: two regions, the linker's __heap0_start..__heap0_end and
 * __heap1_start..__heap1_end, given out by ascending address.  The second one may be
 * empty.  newlib's malloc takes the gap between them for memory that somebody else
 * has; these functions leave it out. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/* Bytes in use by malloc's callers, with malloc's own 8 a block.  Walks the free lists. */
size_t heap_used(void);

/* Bytes that both regions have. */
size_t heap_total(void);

/* The most bytes malloc ever had from the regions. */
size_t heap_high_water(void);

#endif
