/* The RAM file system's operations; see tmpfs.h.  The tree is in tmpfs_node.c. */
#include "tmpfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "tmpfs_node.h"

enum { TMPFS_DEVICE = 2 /* st_dev */, TMPFS_PERMISSIONS = 07777 };

/* Where a path leads: to a node, or to a name that is free in a directory. */
struct place {
    struct tmpfs_node *directory; /* NULL: the path is the root's */
    struct tmpfs_node *node;      /* NULL: there is none of that name */
    const char *name;             /* the last name of the path */
};

int tmpfs_init(struct tmpfs *fs, size_t limit)
{
    memset(fs, 0, sizeof *fs);
    fs->limit = limit;
    fs->root = tmpfs_node_new(fs, S_IFDIR | S_ISVTX | 0777);
    return fs->root == NULL ? -ENOSPC : 0;
}

/* ENOENT or ENOTDIR where the path leads nowhere; a free last name is no error. */
static int find_place(const struct tmpfs *fs, const char *path, struct place *place)
{
    *place = (struct place){.directory = NULL, .node = fs->root, .name = path};
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        if (place->node == NULL) {
            return -ENOENT;
        }
        if (!S_ISDIR(place->node->mode)) {
            return -ENOTDIR;
        }
        place->directory = place->node;
        place->node = tmpfs_node_child(place->directory, path, len);
        place->name = path;
        path += path[len] == '/' ? len + 1 : len;
    }
    return 0;
}

/* As find_place(), but the last name must exist too. */
static int find_node(const struct tmpfs *fs, const char *path, struct tmpfs_node **node)
{
    struct place place;
    int error = find_place(fs, path, &place);

    *node = place.node;
    return error == 0 && place.node == NULL ? -ENOENT : error;
}

/* Makes a node at a free place.  A directory that was removed takes no more names; it
 * cannot be reached by a path any more. */
static int make(struct tmpfs *fs, struct place *place, mode_t mode)
{
    char *name = tmpfs_node_name(fs, place->name);

    place->node = name == NULL ? NULL : tmpfs_node_new(fs, mode);
    if (place->node == NULL) {
        tmpfs_node_free_name(fs, name);
        return -ENOSPC;
    }
    tmpfs_node_link(fs, place->directory, place->node, name);
    return 0;
}

static void fill_status(const struct tmpfs_node *node, struct stat *status)
{
    blkcnt_t blocks = 0;

    for (size_t i = 0; i < node->slots; i++) {
        blocks += node->blocks[i] != NULL ? TMPFS_BLOCK_BYTES / 512 : 0;
    }
    memset(status, 0, sizeof *status);
    status->st_dev = TMPFS_DEVICE;
    status->st_ino = node->ino;
    status->st_mode = node->mode;
    status->st_nlink = S_ISDIR(node->mode) ? 2 : node->parent != NULL;
    status->st_size = (off_t)node->size;
    status->st_mtim = node->mtime;
    status->st_atim = node->atime;
    status->st_ctim = node->mtime;
    status->st_blksize = TMPFS_BLOCK_BYTES;
    status->st_blocks = blocks;
}

static int tmp_open(void *fs, const char *path, int flags, mode_t mode, struct vfs_file *file)
{
    struct place place;
    int error = find_place(fs, path, &place);

    if (error < 0) {
        return error;
    }
    if (place.node == NULL) {
        error = (flags & O_CREAT) == 0 ? -ENOENT : make(fs, &place, S_IFREG | (mode & TMPFS_PERMISSIONS));
    } else if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
        error = -EEXIST;
    } else if (S_ISDIR(place.node->mode)) {
        error = -EISDIR;
    } else if ((flags & O_TRUNC) != 0) {
        tmpfs_node_resize(fs, place.node, 0);
    }
    if (error < 0) {
        return error;
    }
    place.node->users++;
    file->node = place.node;
    return 0;
}

static void tmp_close(struct vfs_file *file)
{
    struct tmpfs_node *node = file->node;

    node->users--;
    tmpfs_node_release(file->fs, node);
}

static ssize_t tmp_read(struct vfs_file *file, void *buf, size_t len, off_t at)
{
    return tmpfs_node_read(file->node, buf, len, (size_t)at);
}

static ssize_t tmp_write(struct vfs_file *file, const void *buf, size_t len, off_t at)
{
    return tmpfs_node_write(file->fs, file->node, buf, len, (size_t)at);
}

static int tmp_fstat(struct vfs_file *file, struct stat *status)
{
    fill_status(file->node, status);
    return 0;
}

static int tmp_truncate(struct vfs_file *file, off_t length)
{
    tmpfs_node_resize(file->fs, file->node, (size_t)length);
    return 0;
}

static int tmp_stat(void *fs, const char *path, struct stat *status)
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error == 0) {
        fill_status(node, status);
    }
    return error;
}

static int tmp_opendir(void *fs, const char *path, struct vfs_dir *dir)
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error < 0) {
        return error;
    }
    if (!S_ISDIR(node->mode)) {
        return -ENOTDIR;
    }
    node->users++;
    dir->node = node;
    return 0;
}

/* The cursor is the serial of the last child given, not a pointer to it: it may be
 * removed before the next one is asked for. */
static int tmp_readdir(struct vfs_dir *dir, struct vfs_entry *entry)
{
    const struct tmpfs_node *directory = dir->node;
    const struct tmpfs_node *child = directory->children;

    while (child != NULL && child->serial <= dir->cursor) {
        child = child->next;
    }
    if (child == NULL) {
        return 0;
    }
    dir->cursor = child->serial;
    entry->ino = child->ino;
    entry->type = child->mode & S_IFMT;
    strcpy(entry->name, child->name); /* vfs_path.c let no longer one in */
    return 1;
}

static void tmp_closedir(struct vfs_dir *dir)
{
    struct tmpfs_node *node = dir->node;

    node->users--;
    tmpfs_node_release(dir->fs, node);
}

static int tmp_mkdir(void *fs, const char *path, mode_t mode)
{
    struct place place;
    int error = find_place(fs, path, &place);

    if (error < 0) {
        return error;
    }
    if (place.node != NULL) {
        return -EEXIST;
    }
    return make(fs, &place, S_IFDIR | (mode & TMPFS_PERMISSIONS));
}

static void remove_node(struct tmpfs *fs, struct tmpfs_node *node)
{
    tmpfs_node_unlink(node);
    tmpfs_node_release(fs, node);
}

static int tmp_rmdir(void *fs, const char *path)
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error < 0) {
        return error;
    }
    if (!S_ISDIR(node->mode)) {
        return -ENOTDIR;
    }
    if (node->children != NULL) {
        return -ENOTEMPTY;
    }
    remove_node(fs, node);
    return 0;
}

static int tmp_unlink(void *fs, const char *path)
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error < 0) {
        return error;
    }
    if (S_ISDIR(node->mode)) {
        return -EISDIR;
    }
    remove_node(fs, node);
    return 0;
}

/* Whether `from` may take the place `to`. */
static int check_rename(const struct tmpfs_node *from, const struct place *to)
{
    for (const struct tmpfs_node *up = to->directory; up != NULL; up = up->parent) {
        if (up == from) {
            return -EINVAL; /* a directory into itself */
        }
    }
    if (to->node == NULL) {
        return 0;
    }
    if (S_ISDIR(to->node->mode)) {
        if (!S_ISDIR(from->mode)) {
            return -EISDIR;
        }
        return to->node->children == NULL ? 0 : -ENOTEMPTY;
    }
    return S_ISDIR(from->mode) ? -ENOTDIR : 0;
}

static int tmp_rename(void *fs, const char *from, const char *to)
{
    struct tmpfs_node *node;
    struct place place;
    char *name;
    int error = find_node(fs, from, &node);

    if (error == 0) {
        error = find_place(fs, to, &place);
    }
    if (error < 0 || place.node == node) {
        return error;
    }
    error = check_rename(node, &place);
    if (error < 0) {
        return error;
    }
    name = tmpfs_node_name(fs, place.name);
    if (name == NULL) {
        return -ENOSPC; /* before anything was changed */
    }
    if (place.node != NULL) {
        remove_node(fs, place.node);
    }
    tmpfs_node_unlink(node);
    tmpfs_node_link(fs, place.directory, node, name);
    return 0;
}

static int tmp_chmod(void *fs, const char *path, mode_t mode)
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error == 0) {
        node->mode = (node->mode & S_IFMT) | (mode & TMPFS_PERMISSIONS);
    }
    return error;
}

static int tmp_utime(void *fs, const char *path, const struct timespec times[2])
{
    struct tmpfs_node *node;
    int error = find_node(fs, path, &node);

    if (error == 0) {
        node->atime = times[0];
        node->mtime = times[1];
    }
    return error;
}

const struct vfs_ops tmpfs_ops = {
    .open = tmp_open,
    .close = tmp_close,
    .read = tmp_read,
    .write = tmp_write,
    .fstat = tmp_fstat,
    .stat = tmp_stat,
    .opendir = tmp_opendir,
    .readdir = tmp_readdir,
    .closedir = tmp_closedir,
    .truncate = tmp_truncate,
    .mkdir = tmp_mkdir,
    .rmdir = tmp_rmdir,
    .unlink = tmp_unlink,
    .rename = tmp_rename,
    .chmod = tmp_chmod,
    .utime = tmp_utime,
};
