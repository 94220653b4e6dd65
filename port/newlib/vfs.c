/* Paths' operations; see vfs.h.  Descriptors are in vfs_fd.c, directories in
 * vfs_dir.c. */
#include "vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vfs_path.h"

static int stat_resolved(const struct vfs_path *path, struct stat *status)
{
    int result = path->mount->ops->stat(path->mount->fs, path->rest, status);

    if (result == 0 && path->directory && !S_ISDIR(status->st_mode)) {
        return -ENOTDIR;
    }
    return result;
}

int vfs_stat(const char *path, struct stat *status)
{
    struct vfs_path resolved;
    int error = vfs_path_resolve(path, &resolved);

    return error < 0 ? error : stat_resolved(&resolved, status);
}

int vfs_access(const char *path, int mode)
{
    struct vfs_path resolved;
    struct stat status;
    int error = vfs_path_resolve(path, &resolved);

    if (error == 0) {
        error = stat_resolved(&resolved, &status);
    }
    if (error < 0) {
        return error;
    }
    if ((mode & W_OK) != 0 && resolved.mount->ops->write == NULL) {
        return -EROFS;
    }
    if ((mode & X_OK) != 0 && (status.st_mode & 0111) == 0) {
        return -EACCES;
    }
    return 0;
}

int vfs_truncate(const char *path, off_t length)
{
    int fd = vfs_open(path, O_WRONLY, 0);
    int result;

    if (fd < 0) {
        return fd;
    }
    result = vfs_ftruncate(fd, length);
    vfs_close(fd);
    return result;
}

int vfs_mkdir(const char *path, mode_t mode)
{
    struct vfs_path resolved;
    int error = vfs_path_resolve(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (resolved.rest[0] == '\0') {
        return -EEXIST;
    }
    if (resolved.mount->ops->mkdir == NULL) {
        struct stat status;
        return stat_resolved(&resolved, &status) == 0 ? -EEXIST : -EROFS;
    }
    return resolved.mount->ops->mkdir(resolved.mount->fs, resolved.rest, mode);
}

/* Resolves what is to be removed or renamed, which a mount point cannot be. */
static int resolve_name(const char *path, struct vfs_path *resolved)
{
    int error = vfs_path_resolve(path, resolved);

    if (error < 0) {
        return error;
    }
    return resolved->rest[0] == '\0' ? -EBUSY : 0;
}

int vfs_rmdir(const char *path)
{
    struct vfs_path resolved;
    int error = resolve_name(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (resolved.mount->ops->rmdir == NULL) {
        return -EROFS;
    }
    return resolved.mount->ops->rmdir(resolved.mount->fs, resolved.rest);
}

int vfs_unlink(const char *path)
{
    struct vfs_path resolved;
    int error = resolve_name(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (resolved.mount->ops->unlink == NULL) {
        return -EROFS;
    }
    if (resolved.directory) {
        return -ENOTDIR;
    }
    return resolved.mount->ops->unlink(resolved.mount->fs, resolved.rest);
}

/* "file/" is no name for a file, neither for one that is nor for one to be. */
static int check_renamed(const struct vfs_path *from, const struct vfs_path *to)
{
    struct stat status;
    int error = stat_resolved(from, &status);

    if (error == 0 && to->directory && !S_ISDIR(status.st_mode)) {
        error = -ENOTDIR;
    }
    return error;
}

int vfs_rename(const char *from, const char *to)
{
    struct vfs_path source, target;
    int error = resolve_name(from, &source);

    if (error == 0) {
        error = resolve_name(to, &target);
    }
    if (error == 0 && source.mount != target.mount) {
        error = -EXDEV;
    }
    if (error == 0 && source.mount->ops->rename == NULL) {
        error = -EROFS;
    }
    if (error == 0) {
        error = check_renamed(&source, &target);
    }
    if (error < 0) {
        return error;
    }
    return source.mount->ops->rename(source.mount->fs, source.rest, target.rest);
}

int vfs_chmod(const char *path, mode_t mode)
{
    struct vfs_path resolved;
    int error = vfs_path_resolve(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (resolved.mount->ops->chmod == NULL) {
        return -EROFS;
    }
    return resolved.mount->ops->chmod(resolved.mount->fs, resolved.rest, mode);
}

int vfs_utime(const char *path, const struct timespec times[2])
{
    struct vfs_path resolved;
    int error = vfs_path_resolve(path, &resolved);

    if (error < 0) {
        return error;
    }
    if (resolved.mount->ops->utime == NULL) {
        return -EROFS;
    }
    return resolved.mount->ops->utime(resolved.mount->fs, resolved.rest, times);
}

int vfs_chdir(const char *path)
{
    struct vfs_path resolved;
    struct stat status;
    int error = vfs_path_resolve(path, &resolved);

    if (error == 0) {
        error = stat_resolved(&resolved, &status);
    }
    if (error == 0 && !S_ISDIR(status.st_mode)) {
        error = -ENOTDIR;
    }
    if (error == 0) {
        vfs_path_set_cwd(&resolved);
    }
    return error;
}

int vfs_getcwd(char *buf, size_t len)
{
    const char *cwd = vfs_path_cwd()[0] == '\0' ? "/" : vfs_path_cwd();

    if (strlen(cwd) >= len) {
        return -ERANGE;
    }
    strcpy(buf, cwd);
    return 0;
}
