/* Descriptors and open files; see vfs.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "vfs.h"
#include "vfs_path.h"

enum { VFS_SETTABLE_FLAGS = O_APPEND | O_NONBLOCK };

static struct vfs_file files[VFS_FDS];

static struct {
    struct vfs_file *file; /* NULL: this descriptor is free */
    int flags;             /* FD_CLOEXEC */
} fds[VFS_FDS];

static struct vfs_file *file_of(int fd)
{
    return fd >= 0 && fd < VFS_FDS ? fds[fd].file : NULL;
}

/* The lowest free descriptor from `lowest` on, or EMFILE. */
static int free_fd(int lowest)
{
    for (int fd = lowest; fd < VFS_FDS; fd++) {
        if (fds[fd].file == NULL) {
            return fd;
        }
    }
    return -EMFILE;
}

/* There are as many files as descriptors: a free descriptor implies a free file. */
static struct vfs_file *free_file(void)
{
    struct vfs_file *file = files;

    while (file->references > 0) {
        file++;
    }
    return file;
}

static void attach(int fd, struct vfs_file *file, int flags)
{
    file->references++;
    fds[fd].file = file;
    fds[fd].flags = flags;
}

int vfs_open(const char *path, int flags, mode_t mode)
{
    struct vfs_path resolved;
    struct vfs_file *file;
    int error = vfs_path_resolve(path, &resolved);
    int fd = free_fd(0);

    if (error < 0) {
        return error;
    }
    if (fd < 0) {
        return fd;
    }
    if (resolved.directory) {
        struct stat status; /* "name/": a directory, which cannot be opened, or an error */
        error = vfs_stat(path, &status);
        return error < 0 ? error : -EISDIR;
    }
    file = free_file();
    memset(file, 0, sizeof *file);
    file->ops = resolved.mount->ops;
    file->fs = resolved.mount->fs;
    file->flags = flags & (O_ACCMODE | VFS_SETTABLE_FLAGS);
    error = file->ops->open(file->fs, resolved.rest, flags, mode, file);
    if (error < 0) {
        return error;
    }
    attach(fd, file, (flags & O_CLOEXEC) != 0 ? FD_CLOEXEC : 0);
    return fd;
}

int vfs_close(int fd)
{
    struct vfs_file *file = file_of(fd);

    if (file == NULL) {
        return -EBADF;
    }
    fds[fd].file = NULL;
    if (--file->references == 0) {
        file->ops->close(file);
    }
    return 0;
}

/* How much of len bytes can be transferred before positions end. */
static size_t clamp(const struct vfs_file *file, size_t len)
{
    size_t room = (size_t)(INT_MAX - file->position);

    return len < room ? len : room;
}

static void advance(struct vfs_file *file, ssize_t count)
{
    if (count > 0 && !file->stream) {
        file->position += count;
    }
}

ssize_t vfs_read(int fd, void *buf, size_t len)
{
    struct vfs_file *file = file_of(fd);
    ssize_t count;

    if (file == NULL || (file->flags & O_ACCMODE) == O_WRONLY) {
        return -EBADF;
    }
    count = file->ops->read(file, buf, clamp(file, len), file->position);
    advance(file, count);
    return count;
}

ssize_t vfs_write(int fd, const void *buf, size_t len)
{
    struct vfs_file *file = file_of(fd);
    ssize_t count;

    if (file == NULL || (file->flags & O_ACCMODE) == O_RDONLY) {
        return -EBADF;
    }
    if ((file->flags & O_APPEND) != 0 && !file->stream) {
        off_t end = vfs_lseek(fd, 0, SEEK_END);
        if (end < 0) {
            return end;
        }
    }
    if (len > 0 && clamp(file, len) == 0) {
        return -EFBIG;
    }
    count = file->ops->write(file, buf, clamp(file, len), file->position);
    advance(file, count);
    return count;
}

/* Where whence lies in the file, in bytes from its start. */
static off_t seek_base(struct vfs_file *file, int whence)
{
    struct stat status;
    int error;

    switch (whence) {
    case SEEK_SET:
        return 0;
    case SEEK_CUR:
        return file->position;
    case SEEK_END:
        error = file->ops->fstat(file, &status);
        return error < 0 ? error : status.st_size;
    default:
        return -EINVAL;
    }
}

off_t vfs_lseek(int fd, off_t offset, int whence)
{
    struct vfs_file *file = file_of(fd);
    off_t base;

    if (file == NULL) {
        return -EBADF;
    }
    if (file->stream) {
        return file->terminal ? -ESPIPE : 0;
    }
    base = seek_base(file, whence);
    if (base < 0) {
        return base;
    }
    if (offset > INT_MAX - base) {
        return -EOVERFLOW;
    }
    if (base + offset < 0) {
        return -EINVAL;
    }
    file->position = base + offset;
    return file->position;
}

int vfs_fstat(int fd, struct stat *status)
{
    struct vfs_file *file = file_of(fd);

    return file == NULL ? -EBADF : file->ops->fstat(file, status);
}

int vfs_map(int fd, const void **data, size_t *len)
{
    struct vfs_file *file = file_of(fd);

    if (file == NULL) {
        return -EBADF;
    }
    return file->ops->map == NULL ? -ENODEV : file->ops->map(file, data, len);
}

int vfs_ftruncate(int fd, off_t length)
{
    struct vfs_file *file = file_of(fd);

    if (file == NULL) {
        return -EBADF;
    }
    if ((file->flags & O_ACCMODE) == O_RDONLY || length < 0 || file->ops->truncate == NULL) {
        return -EINVAL;
    }
    return length > INT_MAX ? -EFBIG : file->ops->truncate(file, length);
}

int vfs_isatty(int fd)
{
    struct vfs_file *file = file_of(fd);

    return file == NULL ? -EBADF : file->terminal;
}

int vfs_dup(int fd, int lowest)
{
    struct vfs_file *file = file_of(fd);
    int copy;

    if (file == NULL) {
        return -EBADF;
    }
    if (lowest < 0 || lowest >= VFS_FDS) {
        return -EINVAL;
    }
    copy = free_fd(lowest);
    if (copy >= 0) {
        attach(copy, file, 0);
    }
    return copy;
}

int vfs_dup2(int fd, int to)
{
    struct vfs_file *file = file_of(fd);

    if (file == NULL || to < 0 || to >= VFS_FDS) {
        return -EBADF;
    }
    if (fd != to) {
        vfs_close(to); /* EBADF is the usual case: it was free */
        attach(to, file, 0);
    }
    return to;
}

int vfs_flags(int fd)
{
    struct vfs_file *file = file_of(fd);

    return file == NULL ? -EBADF : file->flags;
}

int vfs_set_flags(int fd, int flags)
{
    struct vfs_file *file = file_of(fd);

    if (file == NULL) {
        return -EBADF;
    }
    file->flags = (file->flags & ~VFS_SETTABLE_FLAGS) | (flags & VFS_SETTABLE_FLAGS);
    return 0;
}

int vfs_fd_flags(int fd)
{
    return file_of(fd) == NULL ? -EBADF : fds[fd].flags;
}

int vfs_set_fd_flags(int fd, int flags)
{
    if (file_of(fd) == NULL) {
        return -EBADF;
    }
    fds[fd].flags = flags & FD_CLOEXEC;
    return 0;
}
