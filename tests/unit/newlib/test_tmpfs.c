/* The RAM file system while there is space. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fake_port.h"
#include "newlib/tmpfs.h"
#include "newlib/vfs.h"
#include "test.h"

enum { CREATE = O_RDWR | O_CREAT };

static struct tmpfs tmp;
static size_t used_at_first;

static int mount(void **state)
{
    (void)state;
    fake_port_clear();
    if (tmpfs_init(&tmp, TMPFS_LIMIT_BYTES) < 0) {
        return -1;
    }
    used_at_first = tmp.used;
    return vfs_mount("tmp", &tmpfs_ops, &tmp);
}

/* Every test leaves nothing behind. */
static int is_empty(void **state)
{
    (void)state;
    return tmp.used == used_at_first ? 0 : -1;
}

static int make(const char *path, const char *text)
{
    int fd = vfs_open(path, CREATE | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(vfs_write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static void make_closed(const char *path, const char *text)
{
    vfs_close(make(path, text));
}

static void assert_reads(int fd, const char *text)
{
    char buf[64] = {0};

    assert_int_equal(vfs_lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(vfs_read(fd, buf, sizeof buf - 1), strlen(text));
    assert_string_equal(buf, text);
}

static void assert_contains(const char *path, const char *text)
{
    int fd = vfs_open(path, O_RDONLY, 0);

    assert_true(fd >= 0);
    assert_reads(fd, text);
    vfs_close(fd);
}

static off_t size_of(int fd)
{
    struct stat status;

    assert_int_equal(vfs_fstat(fd, &status), 0);
    return status.st_size;
}

static void open_makes_truncates_or_refuses(void **state)
{
    (void)state;
    assert_int_equal(vfs_open("/tmp/f", O_RDWR, 0), -ENOENT);
    make_closed("/tmp/f", "hello");
    assert_int_equal(vfs_open("/tmp/f", CREATE | O_EXCL, 0600), -EEXIST);
    vfs_close(vfs_open("/tmp/f", CREATE, 0600));
    assert_contains("/tmp/f", "hello");
    vfs_close(vfs_open("/tmp/f", O_WRONLY | O_TRUNC, 0));
    assert_contains("/tmp/f", "");
    assert_int_equal(vfs_open("/tmp/no/f", CREATE, 0600), -ENOENT);
    assert_int_equal(vfs_open("/tmp/f/f", CREATE, 0600), -ENOTDIR);
    assert_int_equal(vfs_open("/tmp", O_RDONLY, 0), -EISDIR);
    assert_int_equal(vfs_unlink("/tmp/f"), 0);
}

static void contents_survive_any_chunking(void **state)
{
    enum { BYTES = 10 * TMPFS_BLOCK_BYTES + 17 };
    static uint8_t data[BYTES], back[BYTES];

    (void)state;
    for (size_t i = 0; i < BYTES; i++) {
        data[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (size_t chunk = 1; chunk < BYTES; chunk = chunk * 3 + 1) {
        int fd = vfs_open("/tmp/f", CREATE | O_TRUNC, 0600);
        for (size_t at = 0; at < BYTES; at += chunk) {
            size_t len = chunk < BYTES - at ? chunk : BYTES - at;
            assert_int_equal(vfs_write(fd, data + at, len), len);
        }
        assert_int_equal(vfs_lseek(fd, 0, SEEK_SET), 0);
        assert_int_equal(vfs_read(fd, back, BYTES), BYTES);
        assert_memory_equal(back, data, BYTES);
        vfs_close(fd);
    }
    assert_int_equal(vfs_unlink("/tmp/f"), 0);
}

static void append_writes_at_the_end(void **state)
{
    int fd, other;

    (void)state;
    make_closed("/tmp/log", "one ");
    fd = vfs_open("/tmp/log", O_WRONLY | O_APPEND, 0);
    other = vfs_open("/tmp/log", O_WRONLY | O_APPEND, 0);
    assert_int_equal(vfs_write(fd, "two ", 4), 4);
    assert_int_equal(vfs_write(other, "three ", 6), 6);
    assert_int_equal(vfs_lseek(fd, 0, SEEK_SET), 0);
    assert_int_equal(vfs_write(fd, "four", 4), 4);
    assert_int_equal(vfs_lseek(fd, 0, SEEK_CUR), 18);
    assert_contains("/tmp/log", "one two three four");
    vfs_close(fd);
    vfs_close(other);
    vfs_unlink("/tmp/log");
}

static void holes_read_as_zeros_and_take_no_blocks(void **state)
{
    char buf[8];
    struct stat status;
    int fd = make("/tmp/f", "start");

    (void)state;
    assert_int_equal(vfs_lseek(fd, 100000, SEEK_SET), 100000);
    assert_int_equal(vfs_write(fd, "end", 3), 3);
    assert_int_equal(size_of(fd), 100003);
    assert_int_equal(vfs_lseek(fd, 50000, SEEK_SET), 50000);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), sizeof buf);
    assert_memory_equal(buf, "\0\0\0\0\0\0\0\0", 8);
    vfs_lseek(fd, 99998, SEEK_SET);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 5);
    assert_memory_equal(buf, "\0\0end", 5);
    assert_int_equal(vfs_fstat(fd, &status), 0);
    assert_int_equal(status.st_blocks * 512, 2 * TMPFS_BLOCK_BYTES);
    vfs_close(fd);
    vfs_unlink("/tmp/f");
}

static void truncate_cuts_and_extends(void **state)
{
    char buf[6];
    int fd = make("/tmp/f", "secret");

    (void)state;
    assert_int_equal(vfs_ftruncate(fd, 2), 0);
    assert_reads(fd, "se");
    assert_int_equal(vfs_ftruncate(fd, 6), 0);
    vfs_lseek(fd, 0, SEEK_SET);
    assert_int_equal(vfs_read(fd, buf, 6), 6);
    assert_memory_equal(buf, "se\0\0\0\0", 6);
    assert_int_equal(vfs_truncate("/tmp/f", 1000000000), 0); /* a hole is free */
    assert_int_equal(size_of(fd), 1000000000);
    vfs_lseek(fd, -1, SEEK_END);
    assert_int_equal(vfs_read(fd, buf, 6), 1);
    assert_int_equal(vfs_truncate("/tmp/f", TMPFS_BLOCK_BYTES), 0);
    assert_int_equal(vfs_truncate("/tmp/f", 0), 0);
    assert_int_equal(size_of(fd), 0);
    assert_int_equal(vfs_truncate("/tmp", 0), -EISDIR);
    vfs_close(fd);
    vfs_unlink("/tmp/f");
}

static void a_removed_file_lives_until_closed(void **state)
{
    struct stat status;
    int fd = make("/tmp/f", "still");
    int copy = vfs_dup(fd, 0);

    (void)state;
    assert_int_equal(vfs_unlink("/tmp/f"), 0);
    assert_int_equal(vfs_stat("/tmp/f", &status), -ENOENT);
    assert_int_equal(vfs_fstat(fd, &status), 0);
    assert_int_equal(status.st_nlink, 0);
    make_closed("/tmp/f", "new");
    assert_int_equal(vfs_write(fd, " here", 5), 5);
    vfs_close(fd);
    assert_reads(copy, "still here");
    vfs_close(copy);
    assert_contains("/tmp/f", "new");
    vfs_unlink("/tmp/f");
}

static void directories_nest_and_must_be_empty_to_go(void **state)
{
    (void)state;
    assert_int_equal(vfs_mkdir("/tmp/a", 0700), 0);
    assert_int_equal(vfs_mkdir("/tmp/a", 0700), -EEXIST);
    assert_int_equal(vfs_mkdir("/tmp/a/b", 0700), 0);
    assert_int_equal(vfs_mkdir("/tmp/x/b", 0700), -ENOENT);
    make_closed("/tmp/a/b/f", "1");
    assert_int_equal(vfs_mkdir("/tmp/a/b/f/g", 0700), -ENOTDIR);
    assert_int_equal(vfs_rmdir("/tmp/a"), -ENOTEMPTY);
    assert_int_equal(vfs_rmdir("/tmp/a/b/f"), -ENOTDIR);
    assert_int_equal(vfs_unlink("/tmp/a/b"), -EISDIR);
    assert_int_equal(vfs_unlink("/tmp/a/b/f"), 0);
    assert_int_equal(vfs_unlink("/tmp/a/b/f"), -ENOENT);
    assert_int_equal(vfs_rmdir("/tmp/a/b"), 0);
    assert_int_equal(vfs_rmdir("/tmp/a"), 0);
}

static void rename_moves_and_replaces(void **state)
{
    int old;

    (void)state;
    make_closed("/tmp/a", "a");
    old = make("/tmp/b", "b");
    assert_int_equal(vfs_rename("/tmp/a", "/tmp/b"), 0);
    assert_contains("/tmp/b", "a");
    assert_reads(old, "b");
    vfs_close(old);
    assert_int_equal(vfs_rename("/tmp/b", "/tmp/b"), 0);
    assert_int_equal(vfs_mkdir("/tmp/d", 0700), 0);
    assert_int_equal(vfs_rename("/tmp/b", "/tmp/d"), -EISDIR);
    assert_int_equal(vfs_rename("/tmp/d", "/tmp/b"), -ENOTDIR);
    assert_int_equal(vfs_rename("/tmp/b", "/tmp/d/c"), 0);
    assert_int_equal(vfs_rename("/tmp/gone", "/tmp/x"), -ENOENT);
    assert_int_equal(vfs_rename("/tmp/d/c", "/tmp/no/c"), -ENOENT);
    assert_contains("/tmp/d/c", "a");
    assert_int_equal(vfs_mkdir("/tmp/e", 0700), 0);
    assert_int_equal(vfs_rename("/tmp/e", "/tmp/d"), -ENOTEMPTY);
    assert_int_equal(vfs_rename("/tmp/d", "/tmp/d/sub"), -EINVAL);
    assert_int_equal(vfs_rename("/tmp/d", "/tmp/e"), 0);
    assert_contains("/tmp/e/c", "a");
    assert_int_equal(vfs_unlink("/tmp/e/c"), 0);
    assert_int_equal(vfs_rmdir("/tmp/e"), 0);
}

static void a_directory_can_be_emptied_while_it_is_read(void **state)
{
    struct vfs_entry entry;
    struct vfs_dir *dir;
    char path[300];
    int seen = 0;

    (void)state;
    vfs_mkdir("/tmp/d", 0700);
    for (int i = 0; i < 20; i++) {
        snprintf(path, sizeof path, "/tmp/d/%d", i);
        make_closed(path, "x");
    }
    assert_int_equal(vfs_opendir("/tmp/d", &dir), 0);
    while (vfs_readdir(dir, &entry) == 1) {
        snprintf(path, sizeof path, "/tmp/d/%s", entry.name);
        assert_int_equal(vfs_unlink(path), 0);
        seen++;
    }
    assert_int_equal(seen, 20);
    assert_int_equal(vfs_rmdir("/tmp/d"), 0);
    vfs_rewinddir(dir);
    assert_int_equal(vfs_readdir(dir, &entry), 0);
    assert_int_equal(vfs_closedir(dir), 0);
}

static void times_are_kept(void **state)
{
    const struct timespec times[2] = {{5, 0}, {7, 500}};
    struct stat status;

    (void)state;
    clock_set_realtime(1700000000000000);
    make_closed("/tmp/f", "");
    vfs_stat("/tmp/f", &status);
    assert_int_equal(status.st_mtime, 1700000000);
    fake_port_now_us += 3000000;
    make_closed("/tmp/f", "x");
    vfs_stat("/tmp/f", &status);
    assert_int_equal(status.st_mtime, 1700000003);
    vfs_stat("/tmp", &status);
    assert_int_equal(status.st_mtime, 1700000000);
    assert_int_equal(vfs_utime("/tmp/f", times), 0);
    vfs_stat("/tmp/f", &status);
    assert_int_equal(status.st_atime, 5);
    assert_int_equal(status.st_mtim.tv_nsec, 500);
    assert_int_equal(vfs_utime("/tmp/g", times), -ENOENT);
    vfs_unlink("/tmp/f");
    vfs_stat("/tmp", &status);
    assert_int_equal(status.st_mtime, 1700000003);
}

static void permissions_are_kept_and_not_enforced(void **state)
{
    struct stat status;

    (void)state;
    vfs_close(vfs_open("/tmp/f", O_WRONLY | O_CREAT, 0400));
    vfs_stat("/tmp/f", &status);
    assert_int_equal(status.st_mode, S_IFREG | 0400);
    assert_int_equal(vfs_chmod("/tmp/f", 0755), 0);
    vfs_stat("/tmp/f", &status);
    assert_int_equal(status.st_mode, S_IFREG | 0755);
    assert_int_equal(vfs_chmod("/tmp/g", 0755), -ENOENT);
    assert_int_equal(vfs_access("/tmp/f", R_OK | W_OK | X_OK), 0);
    vfs_unlink("/tmp/f");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(open_makes_truncates_or_refuses, is_empty),
        cmocka_unit_test_teardown(contents_survive_any_chunking, is_empty),
        cmocka_unit_test_teardown(append_writes_at_the_end, is_empty),
        cmocka_unit_test_teardown(holes_read_as_zeros_and_take_no_blocks, is_empty),
        cmocka_unit_test_teardown(truncate_cuts_and_extends, is_empty),
        cmocka_unit_test_teardown(a_removed_file_lives_until_closed, is_empty),
        cmocka_unit_test_teardown(directories_nest_and_must_be_empty_to_go, is_empty),
        cmocka_unit_test_teardown(rename_moves_and_replaces, is_empty),
        cmocka_unit_test_teardown(a_directory_can_be_emptied_while_it_is_read, is_empty),
        cmocka_unit_test_teardown(times_are_kept, is_empty),
        cmocka_unit_test_teardown(permissions_are_kept_and_not_enforced, is_empty),
    };
    return cmocka_run_group_tests(tests, mount, NULL);
}
