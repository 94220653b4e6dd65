/* Reading directories; see vfs.h. */
#include <errno.h>
#include <string.h>

#include "vfs.h"
#include "vfs_path.h"

static struct vfs_dir dirs[VFS_DIRS]; /* a slot whose ops is NULL is free */

static struct vfs_dir *free_dir(void)
{
    for (unsigned i = 0; i < VFS_DIRS; i++) {
        if (dirs[i].ops == NULL) {
            return &dirs[i];
        }
    }
    return NULL;
}

int vfs_opendir(const char *path, struct vfs_dir **dir)
{
    struct vfs_path resolved;
    struct vfs_dir *slot = free_dir();
    int error = vfs_path_resolve(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (slot == NULL) {
        return -EMFILE;
    }
    slot->fs = resolved.mount->fs;
    slot->node = NULL;
    slot->cursor = 0;
    error = resolved.mount->ops->opendir(slot->fs, resolved.rest, slot);
    if (error < 0) {
        return error;
    }
    slot->ops = resolved.mount->ops;
    *dir = slot;
    return 0;
}

int vfs_readdir(struct vfs_dir *dir, struct vfs_entry *entry)
{
    return dir->ops->readdir(dir, entry);
}

void vfs_rewinddir(struct vfs_dir *dir)
{
    dir->cursor = 0;
}

int vfs_closedir(struct vfs_dir *dir)
{
    if (dir->ops == NULL) {
        return -EBADF;
    }
    dir->ops->closedir(dir);
    dir->ops = NULL;
    return 0;
}
