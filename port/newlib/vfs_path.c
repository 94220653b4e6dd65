/* Paths and mount points; see vfs_path.h. */
#include "vfs_path.h"

#include <errno.h>
#include <string.h>

#include "vfs_root.h"

static const struct vfs_mount_point root = {.name = "", .ops = &vfs_root_ops, .fs = NULL};
static struct vfs_mount_point mounts[VFS_MOUNTS];
static unsigned mount_count;
static char cwd[VFS_PATH_BYTES];

int vfs_mount(const char *name, const struct vfs_ops *ops, void *fs)
{
    for (unsigned i = 0; i < mount_count; i++) {
        if (strcmp(mounts[i].name, name) == 0) {
            return -EEXIST;
        }
    }
    if (mount_count == VFS_MOUNTS) {
        return -ENOMEM;
    }
    mounts[mount_count++] = (struct vfs_mount_point){.name = name, .ops = ops, .fs = fs};
    return 0;
}

const struct vfs_mount_point *vfs_path_mount(unsigned n)
{
    return n < mount_count ? &mounts[n] : NULL;
}

const char *vfs_path_cwd(void)
{
    return cwd;
}

void vfs_path_set_cwd(const struct vfs_path *resolved)
{
    strcpy(cwd, resolved->text); /* both are VFS_PATH_BYTES long */
}

static bool is_dots(const char *name, size_t len)
{
    return (len == 1 && name[0] == '.') || (len == 2 && name[0] == '.' && name[1] == '.');
}

/* Adds one name to the path of *used bytes in text, or takes the last one off it. */
static int add_name(char *text, size_t *used, const char *name, size_t len)
{
    if (len == 0 || (len == 1 && name[0] == '.')) {
        return 0;
    }
    if (is_dots(name, len)) {
        while (*used > 0 && text[--*used] != '/') {
        }
        return 0;
    }
    if (len >= VFS_NAME_BYTES || *used + 1 + len >= VFS_PATH_BYTES) {
        return -ENAMETOOLONG;
    }
    text[*used] = '/';
    memcpy(text + *used + 1, name, len);
    *used += 1 + len;
    return 0;
}

/* Sets mount and rest from text. */
static void find_mount(struct vfs_path *path)
{
    const char *first = path->text[0] == '/' ? path->text + 1 : path->text;
    size_t len = strcspn(first, "/");

    path->mount = &root;
    path->rest = first;
    for (unsigned i = 0; i < mount_count; i++) {
        if (strlen(mounts[i].name) == len && memcmp(mounts[i].name, first, len) == 0) {
            path->mount = &mounts[i];
            path->rest = first[len] == '/' ? first + len + 1 : first + len;
            return;
        }
    }
}

int vfs_path_resolve(const char *path, struct vfs_path *resolved)
{
    size_t used = 0;

    if (path == NULL) {
        return -EFAULT;
    }
    if (path[0] == '\0') {
        return -ENOENT;
    }
    if (path[0] != '/') {
        used = strlen(cwd);
        memcpy(resolved->text, cwd, used);
    }
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        int error = add_name(resolved->text, &used, path, len);
        if (error < 0) {
            return error;
        }
        resolved->directory = path[len] == '/' || is_dots(path, len);
        path += path[len] == '/' ? len + 1 : len;
    }
    resolved->text[used] = '\0';
    find_mount(resolved);
    return 0;
}
