/* newlib's system calls for files, over the VFS.
 *
 * newlib's own wrappers (open(), read(), ...) call the names with an underscore; what
 * it has no wrapper for (or, with fcntl(), one that only fails) is defined under its
 * POSIX name.  The functions do what POSIX
 * says of them and what vfs.h says of their namesake there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "clock.h"
#include "vfs.h"

struct __dirstream {
    struct vfs_dir *dir;
    struct dirent entry; /* what readdir() gave last */
};

static DIR streams[VFS_DIRS]; /* dir NULL: free.  As many as the VFS has */
static mode_t creation_mask = 022;

int _close(int fd);
int _fstat(int fd, struct stat *status);
int _isatty(int fd);
int _link(const char *from, const char *to);
off_t _lseek(int fd, off_t offset, int whence);
int _open(const char *path, int flags, ...);
ssize_t _read(int fd, void *buf, size_t len);
int _stat(const char *path, struct stat *status);
int _unlink(const char *path);
ssize_t _write(int fd, const void *buf, size_t len);

/* A result of the VFS as a system call gives it. */
static int answer(int result)
{
    if (result >= 0) {
        return result;
    }
    errno = -result;
    return -1;
}

int _open(const char *path, int flags, ...)
{
    mode_t mode = 0;

    if ((flags & O_CREAT) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        mode = va_arg(arguments, mode_t);
        va_end(arguments);
    }
    return answer(vfs_open(path, flags, mode & ~creation_mask));
}

int _close(int fd)
{
    return answer(vfs_close(fd));
}

ssize_t _read(int fd, void *buf, size_t len)
{
    return answer(vfs_read(fd, buf, len));
}

ssize_t _write(int fd, const void *buf, size_t len)
{
    return answer(vfs_write(fd, buf, len));
}

off_t _lseek(int fd, off_t offset, int whence)
{
    return answer(vfs_lseek(fd, offset, whence));
}

int _fstat(int fd, struct stat *status)
{
    return answer(vfs_fstat(fd, status));
}

int _stat(const char *path, struct stat *status)
{
    return answer(vfs_stat(path, status));
}

/* There are no symbolic links. */
int lstat(const char *restrict path, struct stat *restrict status)
{
    return answer(vfs_stat(path, status));
}

/* newlib's callers take 0 with errno for "no". */
int _isatty(int fd)
{
    int result = vfs_isatty(fd);

    if (result == 1) {
        return 1;
    }
    errno = result < 0 ? -result : ENOTTY;
    return 0;
}

int _link(const char *from, const char *to)
{
    (void)from;
    (void)to;
    return answer(-EPERM); /* what POSIX says of a file system without links */
}

int _unlink(const char *path)
{
    return answer(vfs_unlink(path));
}

/* newlib's own would be link() and unlink(). */
int rename(const char *from, const char *to)
{
    return answer(vfs_rename(from, to));
}

int mkdir(const char *path, mode_t mode)
{
    return answer(vfs_mkdir(path, mode & ~creation_mask));
}

int rmdir(const char *path)
{
    return answer(vfs_rmdir(path));
}

int access(const char *path, int mode)
{
    return answer(vfs_access(path, mode));
}

int chmod(const char *path, mode_t mode)
{
    return answer(vfs_chmod(path, mode));
}

mode_t umask(mode_t mask)
{
    mode_t previous = creation_mask;

    creation_mask = mask & 0777;
    return previous;
}

int truncate(const char *path, off_t length)
{
    return answer(vfs_truncate(path, length));
}

int ftruncate(int fd, off_t length)
{
    return answer(vfs_ftruncate(fd, length));
}

/* Nothing is cached: to be open is all that fsync() asks. */
int fsync(int fd)
{
    return vfs_flags(fd) < 0 ? answer(-EBADF) : 0;
}

int dup(int fd)
{
    return answer(vfs_dup(fd, 0));
}

int dup2(int fd, int to)
{
    return answer(vfs_dup2(fd, to));
}

static int duplicate(int fd, int lowest, int fd_flags)
{
    int copy = vfs_dup(fd, lowest);

    if (copy >= 0) {
        vfs_set_fd_flags(copy, fd_flags);
    }
    return copy;
}

int fcntl(int fd, int command, ...)
{
    int argument = 0;

    if (command != F_GETFD && command != F_GETFL) {
        va_list arguments;
        va_start(arguments, command);
        argument = va_arg(arguments, int);
        va_end(arguments);
    }
    switch (command) {
    case F_DUPFD:
        return answer(duplicate(fd, argument, 0));
    case F_DUPFD_CLOEXEC:
        return answer(duplicate(fd, argument, FD_CLOEXEC));
    case F_GETFD:
        return answer(vfs_fd_flags(fd));
    case F_SETFD:
        return answer(vfs_set_fd_flags(fd, argument));
    case F_GETFL:
        return answer(vfs_flags(fd));
    case F_SETFL:
        return answer(vfs_set_flags(fd, argument));
    default:
        return answer(-EINVAL);
    }
}

int utimes(const char *path, const struct timeval *times)
{
    struct timespec stamps[2] = {clock_realtime(), clock_realtime()};

    for (int i = 0; times != NULL && i < 2; i++) {
        stamps[i].tv_sec = times[i].tv_sec;
        stamps[i].tv_nsec = times[i].tv_usec * 1000;
    }
    return answer(vfs_utime(path, stamps));
}

int utime(const char *path, const struct utimbuf *times)
{
    struct timeval stamps[2] = {{0, 0}, {0, 0}};

    if (times == NULL) {
        return utimes(path, NULL);
    }
    stamps[0].tv_sec = times->actime;
    stamps[1].tv_sec = times->modtime;
    return utimes(path, stamps);
}

int chdir(const char *path)
{
    return answer(vfs_chdir(path));
}

char *getcwd(char *buf, size_t len)
{
    if (buf == NULL) {
        errno = EINVAL; /* allocating it is an extension that nobody here needs */
        return NULL;
    }
    return answer(vfs_getcwd(buf, len)) < 0 ? NULL : buf;
}

DIR *opendir(const char *path)
{
    DIR *stream = streams;
    struct vfs_dir *dir;

    if (answer(vfs_opendir(path, &dir)) < 0) {
        return NULL;
    }
    while (stream->dir != NULL) {
        stream++; /* there is one: the VFS gave a directory */
    }
    stream->dir = dir;
    return stream;
}

static unsigned char type_of(mode_t mode)
{
    if (S_ISDIR(mode)) {
        return DT_DIR;
    }
    return S_ISCHR(mode) ? DT_CHR : DT_REG;
}

struct dirent *readdir(DIR *stream)
{
    static struct vfs_entry entry;
    int result = vfs_readdir(stream->dir, &entry);

    if (result <= 0) {
        answer(result); /* the end leaves errno as it is */
        return NULL;
    }
    stream->entry.d_ino = entry.ino;
    stream->entry.d_type = type_of(entry.type);
    memcpy(stream->entry.d_name, entry.name, sizeof entry.name);
    return &stream->entry;
}

void rewinddir(DIR *stream)
{
    vfs_rewinddir(stream->dir);
}

int closedir(DIR *stream)
{
    int result = stream->dir == NULL ? -EBADF : vfs_closedir(stream->dir);

    stream->dir = NULL;
    return answer(result);
}
