/* Files: descriptors, paths and mounted file systems.
 *
 * The part of the C library's system calls that has nothing to do with any C
 * library: functions return zero or more, or -errno; they use the platform's
 * <errno.h>, <fcntl.h> and <sys/stat.h>, so that they run on a host under test.
 * No function allocates memory (a file system may).  All tables are static; main
 * thread only.
 *
 * Every file system is mounted at one name below the root ("/rom"), and the root
 * holds nothing but these names.  There are no links of any kind, hence a path is
 * normalised by its text: "a/../b" is "b" even where there is no "a".
 */
#ifndef VFS_H
#define VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

enum {
    VFS_FDS = 32,         /* descriptors, and open files */
    VFS_DIRS = 8,         /* directories being read at a time */
    VFS_MOUNTS = 6,       /* file systems */
    VFS_PATH_BYTES = 512, /* bytes of an absolute path, with its final zero */
    VFS_NAME_BYTES = 256, /* bytes of one name in a path, with its final zero */
};

struct vfs_ops;

/* An open file: what open() makes and dup() shares. */
struct vfs_file {
    const struct vfs_ops *ops;
    void *fs;            /* the file system's own, as given to vfs_mount() */
    void *node;          /* set by ops->open, the file system's own */
    off_t position;      /* bytes from the start of the next read or write */
    int flags;           /* O_* as opened */
    unsigned references; /* descriptors that share it; 0: this slot is free */
    bool stream;         /* set by ops->open: has no positions, `position` stays 0 */
    bool terminal;       /* set by ops->open: a console; seeking it gives ESPIPE */
};

/* A directory being read. */
struct vfs_dir {
    const struct vfs_ops *ops;
    void *fs;
    void *node;      /* set by ops->opendir, the file system's own */
    uint32_t cursor; /* the file system's own; 0 is the start */
};

/* One name in a directory. */
struct vfs_entry {
    ino_t ino;
    mode_t type; /* S_IFREG, S_IFDIR or S_IFCHR */
    char name[VFS_NAME_BYTES];
};

/* What a file system does.  Paths are normalised and relative to its mount point:
 * no leading slash, "" is its root, shorter than VFS_PATH_BYTES.  The caller, vfs.c,
 * checks descriptors, access modes and O_APPEND and keeps the position; it gives ""
 * to mkdir, rmdir, unlink and rename never.  A read-only file system leaves `write`
 * and all from `truncate` on NULL, which gives EROFS; only a file system whose files lie in
 * memory for good has `map`.  All return >= 0 or -errno. */
struct vfs_ops {
    /* Opens or, with O_CREAT, makes a file; directories give EISDIR.  O_EXCL and
     * O_TRUNC are the file system's to honour. */
    int (*open)(void *fs, const char *path, int flags, mode_t mode, struct vfs_file *file);
    void (*close)(struct vfs_file *file);
    ssize_t (*read)(struct vfs_file *file, void *buf, size_t len, off_t at);
    ssize_t (*write)(struct vfs_file *file, const void *buf, size_t len, off_t at);
    int (*fstat)(struct vfs_file *file, struct stat *status);
    int (*stat)(void *fs, const char *path, struct stat *status);
    int (*opendir)(void *fs, const char *path, struct vfs_dir *dir);
    /* 1: *entry is the next name; 0: there are no more.  "." and ".." are not given. */
    int (*readdir)(struct vfs_dir *dir, struct vfs_entry *entry);
    void (*closedir)(struct vfs_dir *dir);
    /* Where the whole file lies; `data` lives as long as the file system. */
    int (*map)(struct vfs_file *file, const void **data, size_t *len);

    int (*truncate)(struct vfs_file *file, off_t length);
    int (*mkdir)(void *fs, const char *path, mode_t mode);
    int (*rmdir)(void *fs, const char *path);
    int (*unlink)(void *fs, const char *path);
    int (*rename)(void *fs, const char *from, const char *to);
    int (*chmod)(void *fs, const char *path, mode_t mode);
    int (*utime)(void *fs, const char *path, const struct timespec times[2]);
};

/* Mounts a file system at "/<name>".  name and ops must be static, fs is handed to
 * ops and must outlive the mount (there is no unmounting).  EEXIST, ENOMEM. */
int vfs_mount(const char *name, const struct vfs_ops *ops, void *fs);

/* Descriptors, as POSIX has them.  EMFILE when VFS_FDS are in use, EBADF for a
 * descriptor that is not open or not open for that. */
int vfs_open(const char *path, int flags, mode_t mode);
int vfs_close(int fd);
ssize_t vfs_read(int fd, void *buf, size_t len);
ssize_t vfs_write(int fd, const void *buf, size_t len);
off_t vfs_lseek(int fd, off_t offset, int whence);
int vfs_fstat(int fd, struct stat *status);
int vfs_ftruncate(int fd, off_t length);

/* Where the bytes of an open file lie, to use them without a copy; they stay there, also when it is
 * closed.  ENODEV: nowhere in memory. */
int vfs_map(int fd, const void **data, size_t *len);

/* 1 for a console, 0 for another file, or EBADF. */
int vfs_isatty(int fd);

/* The lowest free descriptor from `lowest` on becomes another name of fd's file. */
int vfs_dup(int fd, int lowest);
int vfs_dup2(int fd, int to);

/* O_* of the open file; only O_APPEND and O_NONBLOCK can be set. */
int vfs_flags(int fd);
int vfs_set_flags(int fd, int flags);

/* FD_CLOEXEC or 0.  Nothing is ever executed; CPython reads back what it sets. */
int vfs_fd_flags(int fd);
int vfs_set_fd_flags(int fd, int flags);

/* Paths, as POSIX has them.  A relative path starts from the current directory. */
int vfs_stat(const char *path, struct stat *status);
int vfs_access(const char *path, int mode); /* R_OK, W_OK, X_OK or F_OK; as root */
int vfs_truncate(const char *path, off_t length);
int vfs_mkdir(const char *path, mode_t mode);
int vfs_rmdir(const char *path);
int vfs_unlink(const char *path);
int vfs_rename(const char *from, const char *to);
int vfs_chmod(const char *path, mode_t mode);
int vfs_utime(const char *path, const struct timespec times[2]);

/* The current directory; "/" at the start. */
int vfs_chdir(const char *path);
int vfs_getcwd(char *buf, size_t len); /* ERANGE: len is too small */

/* Opens a directory; *dir is one of VFS_DIRS and the caller's until vfs_closedir(). */
int vfs_opendir(const char *path, struct vfs_dir **dir);
int vfs_readdir(struct vfs_dir *dir, struct vfs_entry *entry); /* 1, or 0 at the end */
void vfs_rewinddir(struct vfs_dir *dir);
int vfs_closedir(struct vfs_dir *dir); /* EBADF: is not open */

#endif
