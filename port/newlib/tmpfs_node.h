/* The tree of a RAM file system: nodes, names, blocks, and their bytes counted.
 * Private to the tmpfs*.c files. */
#ifndef TMPFS_NODE_H
#define TMPFS_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tmpfs.h"

struct tmpfs_node {
    struct tmpfs_node *parent;   /* NULL: the root, or removed */
    struct tmpfs_node *children; /* a directory's, by ascending serial */
    struct tmpfs_node *next;     /* in the parent's children */
    char *name;                  /* counted; NULL for the root */
    uint32_t serial;             /* order of arrival in the directory; a reader's cursor */
    ino_t ino;                   /* 16 bits in newlib: repeats after 65,535 files */
    mode_t mode;                 /* S_IFREG or S_IFDIR, and permissions */
    unsigned users;              /* open files and directory readers */
    struct timespec mtime, atime;
    uint8_t **blocks; /* a file's; NULL where it has a hole */
    size_t slots;     /* length of blocks[]; beyond it all is a hole */
    size_t size;      /* bytes of a file */
};

/* A new node without a place in the tree, or NULL: no space. */
struct tmpfs_node *tmpfs_node_new(struct tmpfs *fs, mode_t mode);

/* A counted copy of a name, or NULL: no space. */
char *tmpfs_node_name(struct tmpfs *fs, const char *name);
void tmpfs_node_free_name(struct tmpfs *fs, char *name);

/* Puts a node, which is in no directory, into one.  Takes over name. */
void tmpfs_node_link(struct tmpfs *fs, struct tmpfs_node *directory, struct tmpfs_node *node, char *name);

/* Takes a node out of its directory; node->name stays. */
void tmpfs_node_unlink(struct tmpfs_node *node);

/* Frees the node if nothing uses it: it is in no directory and not open. */
void tmpfs_node_release(struct tmpfs *fs, struct tmpfs_node *node);

/* The child of that name (len bytes), or NULL. */
struct tmpfs_node *tmpfs_node_child(const struct tmpfs_node *directory, const char *name, size_t len);

/* Sets a file's size: cuts off, or adds a hole, which takes no space. */
void tmpfs_node_resize(struct tmpfs *fs, struct tmpfs_node *node, size_t size);

/* Bytes read or written, or -ENOSPC when there is no room for any. */
ssize_t tmpfs_node_read(const struct tmpfs_node *node, uint8_t *buf, size_t len, size_t at);
ssize_t tmpfs_node_write(struct tmpfs *fs, struct tmpfs_node *node, const uint8_t *buf, size_t len, size_t at);

#endif
