/* The memory behind malloc. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/* Bytes in use by malloc's callers, with malloc's own overhead.  On a device it walks
 * the free lists. */
size_t heap_used(void);

/* Bytes that malloc can have at most. */
size_t heap_total(void);

/* The most bytes that malloc ever took from them. */
size_t heap_high_water(void);

#endif
