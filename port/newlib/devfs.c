/* Devices; see devfs.h. */
#include "devfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "clock.h"
#include "port.h"

enum {
    DEVFS_LINE_BYTES = 128,     /* stack buffer in which "\n" becomes "\r\n" */
    DEVFS_POLL_US = 20 * 1000,  /* a console without an interrupt is asked this often */
    DEVFS_ENTROPY_BYTES = 1024, /* at a time, well within the second port_entropy() has */
};

struct device {
    const char *name;
    bool terminal;
    ssize_t (*read)(struct vfs_file *file, char *buf, size_t len);
    ssize_t (*write)(const char *buf, size_t len);
};

static ssize_t null_read(struct vfs_file *file, char *buf, size_t len)
{
    (void)file;
    (void)buf;
    (void)len;
    return 0;
}

static ssize_t null_write(const char *buf, size_t len)
{
    (void)buf;
    return (ssize_t)len;
}

static ssize_t urandom_read(struct vfs_file *file, char *buf, size_t len)
{
    size_t done = 0;

    (void)file;
    while (done < len) {
        size_t part = len - done < DEVFS_ENTROPY_BYTES ? len - done : DEVFS_ENTROPY_BYTES;
        if (port_entropy(buf + done, part) != 0) {
            return -EIO; /* never fewer bytes than asked for: callers rarely check */
        }
        done += part;
    }
    return (ssize_t)done;
}

static ssize_t console_read(struct vfs_file *file, char *buf, size_t len)
{
    int count = 0;

    if (len == 0) {
        return 0;
    }
    while ((count = port_console_read(buf, len)) == 0) {
        int error = (file->flags & O_NONBLOCK) != 0 ? -EAGAIN : clock_wait(DEVFS_POLL_US);
        if (error < 0) {
            return error;
        }
    }
    for (int i = 0; i < count; i++) {
        if (buf[i] == '\r') {
            buf[i] = '\n';
        }
    }
    return count < 0 ? -EIO : count;
}

static ssize_t console_write(const char *buf, size_t len)
{
    char line[DEVFS_LINE_BYTES];
    size_t used = 0;

    for (size_t i = 0; i < len; i++) {
        if (buf[i] == '\n') {
            line[used++] = '\r';
        }
        line[used++] = buf[i];
        if (used >= sizeof line - 1) {
            port_console_write(line, used);
            used = 0;
        }
    }
    port_console_write(line, used);
    return (ssize_t)len;
}

static const struct device devices[] = {
    {"console", true, console_read, console_write},
    {"null", false, null_read, null_write},
    {"urandom", false, urandom_read, null_write},
};

enum { DEVFS_DEVICES = sizeof devices / sizeof devices[0] };

static const struct device *find(const char *path)
{
    for (unsigned i = 0; i < DEVFS_DEVICES; i++) {
        if (strcmp(devices[i].name, path) == 0) {
            return &devices[i];
        }
    }
    return NULL;
}

static const struct device *device_of(const struct vfs_file *file)
{
    return file->node;
}

/* Status of a device, or of the directory with device NULL. */
static void fill_status(const struct device *device, struct stat *status)
{
    memset(status, 0, sizeof *status);
    status->st_dev = 3;
    status->st_nlink = 1;
    status->st_ino = device == NULL ? 1 : (ino_t)(device - devices + 2);
    status->st_mode = device == NULL ? S_IFDIR | 0555 : S_IFCHR | 0666;
    status->st_rdev = device == NULL ? 0 : (dev_t)(device - devices + 1);
    status->st_blksize = DEVFS_ENTROPY_BYTES;
}

static int dev_open(void *fs, const char *path, int flags, mode_t mode, struct vfs_file *file)
{
    const struct device *device = find(path);

    (void)fs;
    (void)mode;
    if (path[0] == '\0') {
        return -EISDIR;
    }
    if (device == NULL) {
        return (flags & O_CREAT) != 0 ? -EROFS : -ENOENT;
    }
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
        return -EEXIST;
    }
    file->node = (void *)device; /* const in effect: only device_of() reads it */
    file->stream = true;
    file->terminal = device->terminal;
    return 0;
}

static void dev_close(struct vfs_file *file)
{
    (void)file;
}

static ssize_t dev_read(struct vfs_file *file, void *buf, size_t len, off_t at)
{
    (void)at;
    return device_of(file)->read(file, buf, len);
}

static ssize_t dev_write(struct vfs_file *file, const void *buf, size_t len, off_t at)
{
    (void)at;
    return device_of(file)->write(buf, len);
}

static int dev_fstat(struct vfs_file *file, struct stat *status)
{
    fill_status(device_of(file), status);
    return 0;
}

static int dev_stat(void *fs, const char *path, struct stat *status)
{
    const struct device *device = find(path);

    (void)fs;
    if (device == NULL && path[0] != '\0') {
        return -ENOENT;
    }
    fill_status(device, status);
    return 0;
}

static int dev_opendir(void *fs, const char *path, struct vfs_dir *dir)
{
    (void)fs;
    (void)dir;
    if (path[0] == '\0') {
        return 0;
    }
    return find(path) == NULL ? -ENOENT : -ENOTDIR;
}

static int dev_readdir(struct vfs_dir *dir, struct vfs_entry *entry)
{
    if (dir->cursor >= DEVFS_DEVICES) {
        return 0;
    }
    entry->ino = (ino_t)(dir->cursor + 2);
    entry->type = S_IFCHR;
    strcpy(entry->name, devices[dir->cursor].name);
    dir->cursor++;
    return 1;
}

static void dev_closedir(struct vfs_dir *dir)
{
    (void)dir;
}

const struct vfs_ops devfs_ops = {
    .open = dev_open,
    .close = dev_close,
    .read = dev_read,
    .write = dev_write,
    .fstat = dev_fstat,
    .stat = dev_stat,
    .opendir = dev_opendir,
    .readdir = dev_readdir,
    .closedir = dev_closedir,
};
