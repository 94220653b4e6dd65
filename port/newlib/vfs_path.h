/* From a path to the file system it lies on: normalisation, current directory and
 * mount table.  Private to the vfs_*.c files. */
#ifndef VFS_PATH_H
#define VFS_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "vfs.h"

struct vfs_mount_point {
    const char *name; /* the one name below the root; "" is the root itself */
    const struct vfs_ops *ops;
    void *fs;
};

struct vfs_path {
    const struct vfs_mount_point *mount;
    const char *rest;          /* points into text; what lies below the mount point */
    bool directory;            /* ends in a slash, "." or "..": must name a directory */
    char text[VFS_PATH_BYTES]; /* absolute and normal: "/tmp/a"; the root is "" */
};

/* Normalises path against the current directory.  EFAULT (NULL), ENOENT (empty),
 * ENAMETOOLONG.  Does not look whether anything is there. */
int vfs_path_resolve(const char *path, struct vfs_path *resolved);

/* The nth mount point, the root not counted, or NULL past the last. */
const struct vfs_mount_point *vfs_path_mount(unsigned n);

/* The current directory, normal as in struct vfs_path. */
const char *vfs_path_cwd(void);
void vfs_path_set_cwd(const struct vfs_path *resolved);

#endif
