/* Paths, mount points and descriptors, with the RAM file system below them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "newlib/devfs.h"
#include "newlib/tmpfs.h"
#include "newlib/vfs.h"
#include "newlib/vfs_path.h"
#include "test.h"

static struct tmpfs tmp, data;

static int mount(void **state)
{
    (void)state;
    if (tmpfs_init(&tmp, TMPFS_LIMIT_BYTES) < 0 || tmpfs_init(&data, TMPFS_LIMIT_BYTES) < 0) {
        return -1;
    }
    if (vfs_mount("tmp", &tmpfs_ops, &tmp) < 0 || vfs_mount("data", &tmpfs_ops, &data) < 0) {
        return -1;
    }
    return vfs_mount("dev", &devfs_ops, NULL);
}

static int at_root(void **state)
{
    (void)state;
    return vfs_chdir("/");
}

static void paths_are_normalised(void **state)
{
    static const struct {
        const char *path, *text, *rest;
    } cases[] = {
        {"/", "", ""},
        {"//", "", ""},
        {"/.", "", ""},
        {"/..", "", ""},
        {"/../../tmp", "/tmp", ""},
        {"/tmp", "/tmp", ""},
        {"/tmp/", "/tmp", ""},
        {"/tmp//a///b", "/tmp/a/b", "a/b"},
        {"/tmp/./a/./b/.", "/tmp/a/b", "a/b"},
        {"/tmp/a/../b", "/tmp/b", "b"},
        {"/tmp/../data/x", "/data/x", "x"},
        {"/tmp/...", "/tmp/...", "..."},
        {"/tmp/.a/..b", "/tmp/.a/..b", ".a/..b"},
        {"/tmpx/a", "/tmpx/a", "tmpx/a"}, /* not below /tmp */
        {"/tm", "/tm", "tm"},
        {"a", "/data/a", "a"},
        {".", "/data", ""},
        {"..", "", ""},
        {"../tmp/a", "/tmp/a", "a"},
        {"../../..", "", ""},
    };
    struct vfs_path resolved;

    (void)state;
    assert_int_equal(vfs_chdir("/data"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(vfs_path_resolve(cases[i].path, &resolved), 0);
        assert_string_equal(resolved.text, cases[i].text);
        assert_string_equal(resolved.rest, cases[i].rest);
    }
}

static void paths_have_a_limit(void **state)
{
    struct vfs_path resolved;
    char path[2 * VFS_PATH_BYTES];

    (void)state;
    assert_int_equal(vfs_path_resolve(NULL, &resolved), -EFAULT);
    assert_int_equal(vfs_path_resolve("", &resolved), -ENOENT);
    for (size_t len = 1; len < sizeof path; len++) {
        int expected = len < VFS_PATH_BYTES ? 0 : -ENAMETOOLONG;
        for (size_t i = 0; i < len; i++) {
            path[i] = i % 2 == 0 ? '/' : 'x';
        }
        path[len] = '\0';
        if (len % 2 == 1) {
            path[len - 1] = 'y'; /* no slash at the end, which would not count */
        }
        assert_int_equal(vfs_path_resolve(path, &resolved), expected);
    }
    memset(path, 'n', VFS_NAME_BYTES);
    path[VFS_NAME_BYTES] = '\0';
    assert_int_equal(vfs_path_resolve(path, &resolved), -ENAMETOOLONG);
    path[VFS_NAME_BYTES - 1] = '\0';
    assert_int_equal(vfs_path_resolve(path, &resolved), 0);
}

static void the_current_directory_is_kept(void **state)
{
    char buf[VFS_PATH_BYTES];

    (void)state;
    assert_int_equal(vfs_getcwd(buf, sizeof buf), 0);
    assert_string_equal(buf, "/");
    assert_int_equal(vfs_mkdir("/tmp/dir", 0777), 0);
    assert_int_equal(vfs_chdir("tmp/dir/"), 0);
    assert_int_equal(vfs_getcwd(buf, sizeof buf), 0);
    assert_string_equal(buf, "/tmp/dir");
    assert_int_equal(vfs_getcwd(buf, 9), 0);
    assert_int_equal(vfs_getcwd(buf, 8), -ERANGE);
    assert_int_equal(vfs_chdir("nowhere"), -ENOENT);
    assert_int_equal(vfs_chdir("/dev/null"), -ENOTDIR);
    vfs_close(vfs_open("file", O_WRONLY | O_CREAT, 0666));
    assert_int_equal(vfs_unlink("/tmp/dir/file"), 0);
    assert_int_equal(vfs_rmdir("../dir"), 0);
}

static void the_root_lists_the_mount_points(void **state)
{
    static const char *const names[] = {"tmp", "data", "dev"};
    struct vfs_entry entry;
    struct vfs_dir *dir;
    struct stat status;

    (void)state;
    assert_int_equal(vfs_opendir("/", &dir), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vfs_readdir(dir, &entry), 1);
        assert_string_equal(entry.name, names[i]);
    }
    assert_int_equal(vfs_readdir(dir, &entry), 0);
    assert_int_equal(vfs_closedir(dir), 0);
    assert_int_equal(vfs_closedir(dir), -EBADF);
    assert_int_equal(vfs_stat("/", &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(vfs_stat("/home", &status), -ENOENT);
    assert_int_equal(vfs_opendir("/home", &dir), -ENOENT);
}

static void the_root_and_mount_points_stay(void **state)
{
    (void)state;
    assert_int_equal(vfs_mkdir("/home", 0777), -EROFS);
    assert_int_equal(vfs_mkdir("/tmp", 0777), -EEXIST);
    assert_int_equal(vfs_rmdir("/tmp"), -EBUSY);
    assert_int_equal(vfs_unlink("/tmp"), -EBUSY);
    assert_int_equal(vfs_rename("/tmp", "/temporary"), -EBUSY);
    assert_int_equal(vfs_rmdir("/"), -EBUSY);
    assert_int_equal(vfs_open("/", O_RDONLY, 0), -EISDIR);
    assert_int_equal(vfs_open("/home", O_RDONLY, 0), -ENOENT);
    assert_int_equal(vfs_open("/home", O_RDWR | O_CREAT, 0), -EROFS);
    assert_int_equal(vfs_mount("tmp", &tmpfs_ops, &tmp), -EEXIST);
}

static void nothing_moves_between_file_systems(void **state)
{
    (void)state;
    vfs_close(vfs_open("/tmp/a", O_WRONLY | O_CREAT, 0666));
    assert_int_equal(vfs_rename("/tmp/a", "/data/a"), -EXDEV);
    assert_int_equal(vfs_unlink("/tmp/a"), 0);
}

static void a_slash_at_the_end_wants_a_directory(void **state)
{
    struct stat status;

    (void)state;
    assert_int_equal(vfs_open("/tmp/new/", O_WRONLY | O_CREAT, 0666), -ENOENT);
    assert_int_equal(vfs_mkdir("/tmp/d/", 0777), 0);
    assert_int_equal(vfs_open("/tmp/d/", O_RDONLY, 0), -EISDIR);
    vfs_close(vfs_open("/tmp/d/f", O_WRONLY | O_CREAT, 0666));
    assert_int_equal(vfs_stat("/tmp/d/f/", &status), -ENOTDIR);
    assert_int_equal(vfs_stat("/tmp/d/f/.", &status), -ENOTDIR);
    assert_int_equal(vfs_open("/tmp/d/f/", O_RDONLY, 0), -ENOTDIR);
    assert_int_equal(vfs_unlink("/tmp/d/f/"), -ENOTDIR);
    assert_int_equal(vfs_rename("/tmp/d/f", "/tmp/d/g/"), -ENOTDIR);
    assert_int_equal(vfs_rename("/tmp/d/", "/tmp/e/"), 0);
    assert_int_equal(vfs_unlink("/tmp/e/f"), 0);
    assert_int_equal(vfs_rmdir("/tmp/e/"), 0);
}

static void descriptors_run_out_and_come_back(void **state)
{
    (void)state;
    for (int fd = 0; fd < VFS_FDS; fd++) {
        assert_int_equal(vfs_open("/dev/null", O_RDWR, 0), fd);
    }
    assert_int_equal(vfs_open("/dev/null", O_RDWR, 0), -EMFILE);
    assert_int_equal(vfs_open("/tmp/not-made", O_RDWR | O_CREAT, 0666), -EMFILE);
    assert_int_equal(vfs_access("/tmp/not-made", F_OK), -ENOENT);
    assert_int_equal(vfs_dup(3, 0), -EMFILE);
    assert_int_equal(vfs_close(17), 0);
    assert_int_equal(vfs_open("/dev/null", O_RDWR, 0), 17);
    for (int fd = 0; fd < VFS_FDS; fd++) {
        assert_int_equal(vfs_close(fd), 0);
    }
}

static void directories_run_out_and_come_back(void **state)
{
    struct vfs_dir *dirs[VFS_DIRS], *extra;

    (void)state;
    for (int i = 0; i < VFS_DIRS; i++) {
        assert_int_equal(vfs_opendir("/tmp", &dirs[i]), 0);
    }
    assert_int_equal(vfs_opendir("/tmp", &extra), -EMFILE);
    for (int i = 0; i < VFS_DIRS; i++) {
        assert_int_equal(vfs_closedir(dirs[i]), 0);
    }
    assert_int_equal(vfs_opendir("/tmp/nothing", &extra), -ENOENT);
    assert_int_equal(vfs_opendir("/tmp", &extra), 0);
    assert_int_equal(vfs_closedir(extra), 0);
}

static void what_is_not_open_is_refused(void **state)
{
    static const int fds[] = {-1, INT_MIN, 0, VFS_FDS - 1, VFS_FDS, INT_MAX};
    struct stat status;
    char byte = 0;

    (void)state;
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        assert_int_equal(vfs_close(fds[i]), -EBADF);
        assert_int_equal(vfs_read(fds[i], &byte, 1), -EBADF);
        assert_int_equal(vfs_write(fds[i], &byte, 1), -EBADF);
        assert_int_equal(vfs_lseek(fds[i], 0, SEEK_SET), -EBADF);
        assert_int_equal(vfs_fstat(fds[i], &status), -EBADF);
        assert_int_equal(vfs_ftruncate(fds[i], 0), -EBADF);
        assert_int_equal(vfs_isatty(fds[i]), -EBADF);
        assert_int_equal(vfs_dup(fds[i], 0), -EBADF);
        assert_int_equal(vfs_dup2(fds[i], 1), -EBADF);
        assert_int_equal(vfs_flags(fds[i]), -EBADF);
        assert_int_equal(vfs_set_flags(fds[i], 0), -EBADF);
        assert_int_equal(vfs_fd_flags(fds[i]), -EBADF);
        assert_int_equal(vfs_set_fd_flags(fds[i], 0), -EBADF);
    }
}

static void duplicates_share_the_position(void **state)
{
    char buf[4] = {0};
    int fd = vfs_open("/tmp/f", O_RDWR | O_CREAT, 0666);
    int copy = vfs_dup(fd, 5);

    (void)state;
    assert_int_equal(copy, 5);
    assert_int_equal(vfs_write(fd, "abc", 3), 3);
    assert_int_equal(vfs_lseek(copy, 0, SEEK_CUR), 3);
    assert_int_equal(vfs_lseek(copy, 1, SEEK_SET), 1);
    assert_int_equal(vfs_close(copy), 0);
    assert_int_equal(vfs_read(fd, buf, 3), 2);
    assert_string_equal(buf, "bc");
    assert_int_equal(vfs_dup(fd, VFS_FDS), -EINVAL);
    assert_int_equal(vfs_dup(fd, -1), -EINVAL);
    vfs_close(fd);
    vfs_unlink("/tmp/f");
}

static void dup2_replaces_what_was_there(void **state)
{
    int fd = vfs_open("/tmp/f", O_RDWR | O_CREAT, 0666);
    int other = vfs_open("/dev/null", O_RDWR, 0);
    struct stat status;

    (void)state;
    assert_int_equal(vfs_dup2(fd, fd), fd);
    assert_int_equal(vfs_dup2(fd, other), other);
    assert_int_equal(vfs_fstat(other, &status), 0);
    assert_true(S_ISREG(status.st_mode));
    assert_int_equal(vfs_dup2(fd, 20), 20);
    assert_int_equal(vfs_dup2(fd, VFS_FDS), -EBADF);
    assert_int_equal(vfs_close(20), 0);
    assert_int_equal(vfs_close(other), 0);
    assert_int_equal(vfs_close(fd), 0);
    vfs_unlink("/tmp/f");
}

static void flags_are_kept(void **state)
{
    int fd = vfs_open("/tmp/f", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    int copy = vfs_dup(fd, 0);

    (void)state;
    assert_int_equal(vfs_flags(fd), O_RDWR);
    assert_int_equal(vfs_set_flags(fd, O_APPEND | O_WRONLY), 0);
    assert_int_equal(vfs_flags(copy), O_RDWR | O_APPEND);
    assert_int_equal(vfs_fd_flags(fd), FD_CLOEXEC);
    assert_int_equal(vfs_fd_flags(copy), 0);
    assert_int_equal(vfs_set_fd_flags(fd, 0), 0);
    assert_int_equal(vfs_fd_flags(fd), 0);
    vfs_close(fd);
    vfs_close(copy);
    vfs_unlink("/tmp/f");
}

static void access_modes_are_kept(void **state)
{
    char byte = 'x';
    int writer = vfs_open("/tmp/f", O_WRONLY | O_CREAT, 0666);
    int reader = vfs_open("/tmp/f", O_RDONLY, 0);

    (void)state;
    assert_int_equal(vfs_read(writer, &byte, 1), -EBADF);
    assert_int_equal(vfs_write(reader, &byte, 1), -EBADF);
    assert_int_equal(vfs_ftruncate(reader, 0), -EINVAL);
    assert_int_equal(vfs_ftruncate(writer, -1), -EINVAL);
    vfs_close(reader);
    vfs_close(writer);
    vfs_unlink("/tmp/f");
}

static void positions_have_limits(void **state)
{
    char byte = 'x';
    int fd = vfs_open("/tmp/f", O_RDWR | O_CREAT, 0666);

    (void)state;
    assert_int_equal(vfs_lseek(fd, -1, SEEK_SET), -EINVAL);
    assert_int_equal(vfs_lseek(fd, 0, 77), -EINVAL);
    assert_int_equal(vfs_lseek(fd, INT_MAX, SEEK_SET), INT_MAX);
    assert_int_equal(vfs_lseek(fd, 1, SEEK_CUR), -EOVERFLOW);
    assert_int_equal(vfs_read(fd, &byte, 1), 0);
    assert_int_equal(vfs_write(fd, &byte, 1), -EFBIG);
    assert_int_equal(vfs_lseek(fd, -INT_MAX, SEEK_CUR), 0);
    vfs_close(fd);
    vfs_unlink("/tmp/f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_normalised),
        cmocka_unit_test_setup(paths_have_a_limit, at_root),
        cmocka_unit_test_setup(the_current_directory_is_kept, at_root),
        cmocka_unit_test_setup(the_root_lists_the_mount_points, at_root),
        cmocka_unit_test_setup(the_root_and_mount_points_stay, at_root),
        cmocka_unit_test_setup(nothing_moves_between_file_systems, at_root),
        cmocka_unit_test_setup(a_slash_at_the_end_wants_a_directory, at_root),
        cmocka_unit_test_setup(descriptors_run_out_and_come_back, at_root),
        cmocka_unit_test_setup(directories_run_out_and_come_back, at_root),
        cmocka_unit_test_setup(what_is_not_open_is_refused, at_root),
        cmocka_unit_test_setup(duplicates_share_the_position, at_root),
        cmocka_unit_test_setup(dup2_replaces_what_was_there, at_root),
        cmocka_unit_test_setup(flags_are_kept, at_root),
        cmocka_unit_test_setup(access_modes_are_kept, at_root),
        cmocka_unit_test_setup(positions_have_limits, at_root),
    };
    return cmocka_run_group_tests(tests, mount, NULL);
}
