#include "tls_memory.h"

#include <sanitizer/asan_interface.h>
#include <stdlib.h>

#include "tls_board.h"

struct block {
    struct arena *owner;
    size_t size; /* bytes with this header, a multiple of it */
};

enum { UNIT = sizeof(struct block) };

static struct arena *current;
static unsigned fails_in;
static size_t used;

void memory_fail(unsigned nth)
{
    fails_in = nth;
}

size_t memory_used(void)
{
    return used;
}

/* Nothing may have been left in an arena that begins anew: the device would not notice. */
void arena_make(struct arena *arena, void *memory, size_t size)
{
    require(arena->used == 0);
    *arena = (struct arena){.start = memory, .size = size - size % UNIT};
}

struct arena *arena_enter(struct arena *arena)
{
    struct arena *before = current;
    current = arena;
    return before;
}

void *arena_calloc(size_t count, size_t size)
{
    if (board_is_device() && fails_in > 0 && --fails_in == 0)
        return NULL;
    if (current == NULL || (size != 0 && count > current->size / size))
        return NULL;
    size_t taken = (count * size + 2 * UNIT - 1) / UNIT * UNIT;
    if (taken > current->size - current->used)
        return NULL;
    struct block *block = calloc(1, UNIT + count * size);
    require(block != NULL);
    *block = (struct block){current, taken};
    current->used += taken;
    used += taken;
    if (current->used > current->most)
        current->most = current->used;
    ASAN_POISON_MEMORY_REGION(block, UNIT);
    return block + 1;
}

void arena_free(void *memory)
{
    if (memory == NULL)
        return;
    struct block *block = (struct block *)memory - 1;
    ASAN_UNPOISON_MEMORY_REGION(block, UNIT);
    block->owner->used -= block->size;
    used -= block->size;
    free(block);
}
