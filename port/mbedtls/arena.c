/* Blocks one behind another, each with a header; free neighbours are joined when somebody looks for room.  mbedTLS frees
 * mostly in the reverse order of taking, so that the first free block is nearly always the right one. */
#include "arena.h"

#include <string.h>

#include "mbedtls/platform_util.h"

struct block {
    struct arena *owner; /* NULL: free */
    size_t size;         /* bytes with this header, a multiple of it */
};

enum { UNIT = sizeof(struct block) };

static struct arena *current;

static struct block *block_at(const struct arena *arena, size_t offset)
{
    return (struct block *)(arena->start + offset);
}

void arena_make(struct arena *arena, void *memory, size_t size)
{
    *arena = (struct arena){.start = memory, .size = size - size % UNIT};
    *block_at(arena, 0) = (struct block){.size = arena->size};
}

struct arena *arena_enter(struct arena *arena)
{
    struct arena *before = current;
    current = arena;
    return before;
}

/* Joins the free block at offset with those behind it. */
static struct block *join(struct arena *arena, size_t offset)
{
    struct block *block = block_at(arena, offset);
    while (offset + block->size < arena->size) {
        const struct block *next = block_at(arena, offset + block->size);
        if (next->owner != NULL)
            break;
        block->size += next->size;
    }
    return block;
}

/* Takes size bytes from the front of a free block. */
static void *take(struct arena *arena, struct block *block, size_t size)
{
    if (block->size > size) {
        struct block *rest = (struct block *)((uint8_t *)block + size);
        *rest = (struct block){.size = block->size - size};
        block->size = size;
    }
    block->owner = arena;
    arena->used += size;
    if (arena->used > arena->most)
        arena->most = arena->used;
    return memset(block + 1, 0, size - UNIT);
}

static void *allocate(struct arena *arena, size_t size)
{
    size_t first_free = arena->size;
    for (size_t offset = arena->low; offset < arena->size; offset += block_at(arena, offset)->size) {
        if (block_at(arena, offset)->owner != NULL)
            continue;
        struct block *block = join(arena, offset);
        if (block->size >= size) {
            arena->low = first_free < offset ? first_free : offset + size;
            return take(arena, block, size);
        }
        if (first_free == arena->size)
            first_free = offset;
    }
    return NULL;
}

void *arena_calloc(size_t count, size_t size)
{
    if (current == NULL || (size != 0 && count > current->size / size))
        return NULL;
    return allocate(current, (count * size + 2 * UNIT - 1) / UNIT * UNIT);
}

void arena_free(void *memory)
{
    if (memory == NULL)
        return;
    struct block *block = (struct block *)memory - 1;
    struct arena *arena = block->owner;
    size_t offset = (size_t)((uint8_t *)block - arena->start);
    mbedtls_platform_zeroize(memory, block->size - UNIT);
    block->owner = NULL;
    arena->used -= block->size;
    if (offset < arena->low)
        arena->low = offset;
}
