/* The RAM file system: directories and files on the heap, under a cap.
 *
 * Every byte taken from malloc is counted against the cap: nodes, names, tables of
 * blocks and blocks.  At the cap, or when malloc fails, an operation gives ENOSPC
 * and changes nothing, but that a write may have been done in part.  A file that is
 * removed while open lives on until it is closed.  Holes of sparse files take no
 * blocks.  Permissions are kept and not enforced.
 */
#ifndef TMPFS_H
#define TMPFS_H

#include <stddef.h>
#include <stdint.h>

#include "vfs.h"

enum {
    TMPFS_LIMIT_BYTES = 2 * 1024 * 1024, /* the default cap: a 1 MB upload and the file it is saved as */
    TMPFS_BLOCK_BYTES = 1024,            /* contents are kept in blocks of this size */
};

struct tmpfs_node;

/* A file system.  The caller's; `used` and `limit` may be read, the rest is tmpfs.c's. */
struct tmpfs {
    size_t limit; /* bytes */
    size_t used;  /* bytes taken from malloc at present */
    uint32_t serial;
    struct tmpfs_node *root;
};

/* For vfs_mount(), whose fs is the struct tmpfs. */
extern const struct vfs_ops tmpfs_ops;

/* Makes an empty file system that takes at most limit bytes of heap.  Returns 0, or
 * -ENOSPC when not even the root directory fits. */
int tmpfs_init(struct tmpfs *fs, size_t limit);

#endif
