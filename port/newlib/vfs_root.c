/* The root directory; see vfs_root.h.  Mount points themselves are never asked of
 * it: their paths resolve to what is mounted there. */
#include "vfs_root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "vfs_path.h"

static int root_open(void *fs, const char *path, int flags, mode_t mode, struct vfs_file *file)
{
    (void)fs;
    (void)mode;
    (void)file;
    if (path[0] == '\0') {
        return -EISDIR;
    }
    return (flags & O_CREAT) != 0 ? -EROFS : -ENOENT;
}

static int root_stat(void *fs, const char *path, struct stat *status)
{
    (void)fs;
    if (path[0] != '\0') {
        return -ENOENT;
    }
    memset(status, 0, sizeof *status);
    status->st_mode = S_IFDIR | 0555;
    status->st_ino = 1;
    status->st_nlink = 2;
    return 0;
}

static int root_opendir(void *fs, const char *path, struct vfs_dir *dir)
{
    (void)fs;
    (void)dir;
    return path[0] == '\0' ? 0 : -ENOENT;
}

static int root_readdir(struct vfs_dir *dir, struct vfs_entry *entry)
{
    const struct vfs_mount_point *mount = vfs_path_mount(dir->cursor);

    if (mount == NULL) {
        return 0;
    }
    dir->cursor++;
    entry->ino = 1;
    entry->type = S_IFDIR;
    strncpy(entry->name, mount->name, sizeof entry->name - 1);
    entry->name[sizeof entry->name - 1] = '\0';
    return 1;
}

static void root_closedir(struct vfs_dir *dir)
{
    (void)dir;
}

const struct vfs_ops vfs_root_ops = {
    .open = root_open, /* opens nothing, so nothing is ever read or closed */
    .stat = root_stat,
    .opendir = root_opendir,
    .readdir = root_readdir,
    .closedir = root_closedir,
};
