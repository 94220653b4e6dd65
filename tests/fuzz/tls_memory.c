#include "tls_memory.h"

#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tls_board.h"

struct block {
    struct arena *owner;
    size_t size; /* bytes that the device would take for it */
    struct block *next, **link;
};

enum { UNIT = 2 * sizeof(void *) }; /* of the device's headers */

static struct arena *current, *first;
static struct block *blocks;
static unsigned fails_in;
static bool failed;
static size_t used;

void memory_fail(unsigned nth)
{
    fails_in = nth;
}

size_t memory_used(void)
{
    return used;
}

static void release(struct block *block)
{
    block->owner->used -= block->size;
    used -= block->size;
    *block->link = block->next;
    if (block->next != NULL)
        block->next->link = block->link;
    free(block);
}

/* All of one arena, or NULL: of all but the first. */
static void drop(const struct arena *arena)
{
    struct block *next;
    for (struct block *block = blocks; block != NULL; block = next) {
        next = block->next;
        if (arena == NULL ? block->owner != first : block->owner == arena)
            release(block);
    }
}

void memory_settle(void)
{
    if (failed)
        drop(NULL);
    failed = false;
}

void arena_make(struct arena *arena, void *memory, size_t size)
{
    if (failed)
        drop(arena);
    require(arena->used == 0);
    if (first == NULL)
        first = arena;
    *arena = (struct arena){.start = memory, .size = size - size % UNIT};
}

struct arena *arena_enter(struct arena *arena)
{
    struct arena *before = current;
    current = arena;
    return before;
}

static struct block *prepend(size_t bytes)
{
    struct block *block = calloc(1, sizeof *block + bytes);
    require(block != NULL);
    block->next = blocks;
    block->link = &blocks;
    if (blocks != NULL)
        blocks->link = &block->next;
    blocks = block;
    return block;
}

void *arena_calloc(size_t count, size_t size)
{
    bool fails = board_is_device() && fails_in > 0 && --fails_in == 0;
    failed |= fails;
    if (fails || current == NULL || (size != 0 && count > current->size / size))
        return NULL;
    size_t taken = (count * size + 2 * UNIT - 1) / UNIT * UNIT;
    if (taken > current->size - current->used)
        return NULL;
    struct block *block = prepend(count * size);
    block->owner = current;
    block->size = taken;
    current->used += taken;
    used += taken;
    if (current->used > current->most)
        current->most = current->used;
    __asan_poison_memory_region(block, sizeof *block); /* for all but this file */
    return block + 1;
}

void arena_free(void *memory)
{
    if (memory != NULL)
        release((struct block *)memory - 1);
}
