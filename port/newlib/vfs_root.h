/* The root directory, which holds the mount points and nothing else. */
#ifndef VFS_ROOT_H
#define VFS_ROOT_H

#include "vfs.h"

extern const struct vfs_ops vfs_root_ops;

#endif
