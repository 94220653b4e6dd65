/* The tree of a RAM file system; see tmpfs_node.h. */
#include "tmpfs_node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* Zeroed memory, counted, or NULL. */
static void *take(struct tmpfs *fs, size_t bytes)
{
    void *memory;

    if (bytes > fs->limit - fs->used) {
        return NULL;
    }
    memory = calloc(1, bytes);
    if (memory != NULL) {
        fs->used += bytes;
    }
    return memory;
}

static void give(struct tmpfs *fs, void *memory, size_t bytes)
{
    if (memory != NULL) {
        free(memory);
        fs->used -= bytes;
    }
}

struct tmpfs_node *tmpfs_node_new(struct tmpfs *fs, mode_t mode)
{
    struct tmpfs_node *node = take(fs, sizeof *node);

    if (node == NULL) {
        return NULL;
    }
    node->mode = mode;
    node->serial = ++fs->serial;
    node->ino = (ino_t)(node->serial % 65535 + 1);
    node->mtime = clock_realtime();
    node->atime = node->mtime;
    return node;
}

char *tmpfs_node_name(struct tmpfs *fs, const char *name)
{
    char *copy = take(fs, strlen(name) + 1);

    return copy == NULL ? NULL : strcpy(copy, name);
}

void tmpfs_node_free_name(struct tmpfs *fs, char *name)
{
    if (name != NULL) {
        give(fs, name, strlen(name) + 1);
    }
}

void tmpfs_node_link(struct tmpfs *fs, struct tmpfs_node *directory, struct tmpfs_node *node, char *name)
{
    struct tmpfs_node **end = &directory->children;

    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = node;
    tmpfs_node_free_name(fs, node->name);
    node->name = name;
    node->next = NULL;
    node->parent = directory;
    node->serial = ++fs->serial; /* the last to arrive here, wherever it was before */
    directory->mtime = clock_realtime();
}

void tmpfs_node_unlink(struct tmpfs_node *node)
{
    struct tmpfs_node **link = &node->parent->children;

    while (*link != node) {
        link = &(*link)->next;
    }
    *link = node->next;
    node->parent->mtime = clock_realtime();
    node->parent = NULL;
    node->next = NULL;
}

struct tmpfs_node *tmpfs_node_child(const struct tmpfs_node *directory, const char *name, size_t len)
{
    struct tmpfs_node *child = directory->children;

    while (child != NULL && (strncmp(child->name, name, len) != 0 || child->name[len] != '\0')) {
        child = child->next;
    }
    return child;
}

static void free_blocks_from(struct tmpfs *fs, struct tmpfs_node *node, size_t first)
{
    for (size_t i = first; i < node->slots; i++) {
        give(fs, node->blocks[i], TMPFS_BLOCK_BYTES);
        node->blocks[i] = NULL;
    }
}

static void free_table(struct tmpfs *fs, struct tmpfs_node *node)
{
    give(fs, node->blocks, node->slots * sizeof *node->blocks);
    node->blocks = NULL;
    node->slots = 0;
}

void tmpfs_node_release(struct tmpfs *fs, struct tmpfs_node *node)
{
    if (node->users > 0 || node->parent != NULL || node == fs->root) {
        return;
    }
    free_blocks_from(fs, node, 0);
    free_table(fs, node);
    tmpfs_node_free_name(fs, node->name);
    give(fs, node, sizeof *node);
}

/* Makes the table of blocks at least `slots` long: double where the cap allows it, so
 * that a file written in small pieces does not copy its table for each block. */
static int grow_table(struct tmpfs *fs, struct tmpfs_node *node, size_t slots)
{
    size_t length = slots < node->slots * 2 ? node->slots * 2 : slots;
    uint8_t **table;

    if (slots <= node->slots) {
        return 0;
    }
    table = take(fs, length * sizeof *table);
    if (table == NULL) {
        length = slots;
        table = take(fs, length * sizeof *table);
    }
    if (table == NULL) {
        return -ENOSPC;
    }
    if (node->slots > 0) {
        memcpy(table, node->blocks, node->slots * sizeof *table);
    }
    free_table(fs, node);
    node->blocks = table;
    node->slots = length;
    return 0;
}

/* The block of that number, or NULL: a hole. */
static uint8_t *block_of(const struct tmpfs_node *node, size_t slot)
{
    return slot < node->slots ? node->blocks[slot] : NULL;
}

void tmpfs_node_resize(struct tmpfs *fs, struct tmpfs_node *node, size_t size)
{
    size_t used_of_last = size % TMPFS_BLOCK_BYTES;
    uint8_t *last = block_of(node, size / TMPFS_BLOCK_BYTES);

    free_blocks_from(fs, node, (size + TMPFS_BLOCK_BYTES - 1) / TMPFS_BLOCK_BYTES);
    if (size == 0) {
        free_table(fs, node);
    } else if (used_of_last > 0 && last != NULL) {
        /* What is cut off must read as zeros if the file grows again. */
        memset(last + used_of_last, 0, TMPFS_BLOCK_BYTES - used_of_last);
    }
    node->size = size;
    node->mtime = clock_realtime();
}

/* How many of len bytes at `at` lie in one block. */
static size_t part_of_block(size_t len, size_t at)
{
    size_t room = TMPFS_BLOCK_BYTES - at % TMPFS_BLOCK_BYTES;

    return len < room ? len : room;
}

ssize_t tmpfs_node_read(const struct tmpfs_node *node, uint8_t *buf, size_t len, size_t at)
{
    size_t done = 0;

    if (at >= node->size) {
        return 0;
    }
    if (len > node->size - at) {
        len = node->size - at;
    }
    while (done < len) {
        size_t part = part_of_block(len - done, at + done);
        const uint8_t *block = block_of(node, (at + done) / TMPFS_BLOCK_BYTES);
        if (block == NULL) {
            memset(buf + done, 0, part);
        } else {
            memcpy(buf + done, block + (at + done) % TMPFS_BLOCK_BYTES, part);
        }
        done += part;
    }
    return (ssize_t)done;
}

/* The block that holds byte `at`, made where there is none, or NULL. */
static uint8_t *block_at(struct tmpfs *fs, struct tmpfs_node *node, size_t at)
{
    size_t slot = at / TMPFS_BLOCK_BYTES;

    if (grow_table(fs, node, slot + 1) < 0) {
        return NULL;
    }
    if (node->blocks[slot] == NULL) {
        node->blocks[slot] = take(fs, TMPFS_BLOCK_BYTES);
    }
    return node->blocks[slot];
}

ssize_t tmpfs_node_write(struct tmpfs *fs, struct tmpfs_node *node, const uint8_t *buf, size_t len, size_t at)
{
    size_t done = 0;

    while (done < len) {
        size_t part = part_of_block(len - done, at + done);
        uint8_t *block = block_at(fs, node, at + done);
        if (block == NULL) {
            break;
        }
        memcpy(block + (at + done) % TMPFS_BLOCK_BYTES, buf + done, part);
        done += part;
    }
    if (done == 0) {
        return len == 0 ? 0 : -ENOSPC;
    }
    if (at + done > node->size) {
        node->size = at + done;
    }
    node->mtime = clock_realtime();
    return (ssize_t)done;
}
