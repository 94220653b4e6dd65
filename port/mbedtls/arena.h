/* Memory for mbedTLS, reserved ahead: each session has an arena of its own, and what outlives sessions has another.
 *
 * mbedTLS asks for memory without saying for whom.  So the one who calls it says it before, by arena_enter(): a session
 * that wants more than it may have fails alone. */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *start; /* the caller's memory, aligned as for malloc() */
    size_t size;    /* bytes */
    size_t low;     /* no block before this offset is free */
    size_t used;    /* bytes, with the headers of blocks */
    size_t most;    /* that were ever in use */
};

/* Makes an empty arena of size bytes at memory, which stays the arena's.  What lay in it is gone. */
void arena_make(struct arena *arena, void *memory, size_t size);

/* Memory comes from this arena from now on; NULL: there is none.  Returns the one before. */
struct arena *arena_enter(struct arena *arena);

/* mbedTLS's calloc() and free().  NULL when the arena is full, none is entered, or the product overflows; memory
 * is zeroed, and wiped again when it is freed.  A block goes back to where it came from, whichever arena is entered. */
void *arena_calloc(size_t count, size_t size);
void arena_free(void *memory);

#endif
