/* The RAM file system when space runs out: at its cap, and at every single allocation. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "newlib/tmpfs.h"
#include "newlib/vfs.h"
#include "test.h"

enum { LIMIT = 64 * 1024, CREATE = O_RDWR | O_CREAT };

static struct tmpfs tmp;
static size_t used_at_first;
static long allocations_left = -1; /* until one fails; below 0: none does */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
    return allocations_left >= 0 && allocations_left-- == 0 ? NULL : __real_calloc(count, size);
}

static int mount(void **state)
{
    (void)state;
    if (tmpfs_init(&tmp, LIMIT) < 0) {
        return -1;
    }
    used_at_first = tmp.used;
    return vfs_mount("tmp", &tmpfs_ops, &tmp);
}

/* Removes all files and directories below path, which has room for more. */
static void remove_all(char *path)
{
    struct vfs_entry entry;
    struct vfs_dir *dir;
    size_t len = strlen(path);

    assert_int_equal(vfs_opendir(path, &dir), 0);
    while (vfs_readdir(dir, &entry) == 1) {
        sprintf(path + len, "/%s", entry.name);
        if (S_ISDIR(entry.type)) {
            remove_all(path);
            assert_int_equal(vfs_rmdir(path), 0);
        } else {
            assert_int_equal(vfs_unlink(path), 0);
        }
        path[len] = '\0';
    }
    assert_int_equal(vfs_closedir(dir), 0);
}

static int clean(void **state)
{
    char path[VFS_PATH_BYTES] = "/tmp";

    (void)state;
    allocations_left = -1;
    remove_all(path);
    return tmp.used == used_at_first ? 0 : -1;
}

static size_t fill(int fd)
{
    static const uint8_t block[3000];
    size_t total = 0;
    ssize_t count;

    while ((count = vfs_write(fd, block, sizeof block)) > 0) {
        total += (size_t)count;
    }
    assert_int_equal(count, -ENOSPC);
    return total;
}

static void a_file_grows_to_the_cap_and_makes_room_again(void **state)
{
    int fd = vfs_open("/tmp/f", CREATE, 0600);
    size_t first = fill(fd);

    (void)state;
    assert_true(tmp.used <= LIMIT);
    assert_in_range(first, LIMIT * 9 / 10, LIMIT);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vfs_ftruncate(fd, 0), 0);
        assert_int_equal(vfs_lseek(fd, 0, SEEK_SET), 0);
        assert_int_equal(fill(fd), first);
    }
    assert_int_equal(vfs_unlink("/tmp/f"), 0);
    vfs_close(fd);
    assert_int_equal(tmp.used, used_at_first);
}

static void a_removed_open_file_still_counts(void **state)
{
    int fd = vfs_open("/tmp/f", CREATE, 0600), other;

    (void)state;
    fill(fd);
    vfs_unlink("/tmp/f");
    other = vfs_open("/tmp/g", CREATE, 0600);
    if (other >= 0) { /* its node may just fit */
        assert_int_equal(vfs_write(other, "x", 1), -ENOSPC);
        vfs_close(other);
    } else {
        assert_int_equal(other, -ENOSPC);
    }
    vfs_close(fd);
    other = vfs_open("/tmp/g", CREATE, 0600);
    assert_int_equal(vfs_write(other, "x", 1), 1);
    vfs_close(other);
}

static void many_files_end_at_the_cap_too(void **state)
{
    char path[40];
    int made = 0, result;

    (void)state;
    do {
        snprintf(path, sizeof path, "/tmp/%d", made);
        result = vfs_open(path, CREATE, 0600);
        if (result >= 0) {
            vfs_close(result);
            made++;
        }
    } while (result >= 0);
    assert_int_equal(result, -ENOSPC);
    assert_in_range(made, 300, 1000);
    assert_true(tmp.used <= LIMIT);
    assert_int_equal(vfs_mkdir("/tmp/d", 0700), -ENOSPC);
    assert_int_equal(vfs_rename("/tmp/0", "/tmp/a-much-longer-name-than-before-this-is-certainly"
                                          "-more-than-what-is-left-of-the-cap-as-a-node-is-less-"
                                          "than-this-name-is-long-and-one-did-not-fit-any-more"),
                     -ENOSPC);
    assert_int_equal(vfs_access("/tmp/0", F_OK), 0);
    assert_int_equal(vfs_unlink("/tmp/0"), 0);
    assert_int_equal(vfs_unlink("/tmp/1"), 0);
    assert_int_equal(vfs_mkdir("/tmp/d", 0700), 0);
}

static void a_far_seek_does_not_get_past_the_cap(void **state)
{
    int fd = vfs_open("/tmp/f", CREATE, 0600);

    (void)state;
    assert_int_equal(vfs_lseek(fd, 2000000000, SEEK_SET), 2000000000);
    assert_int_equal(vfs_write(fd, "x", 1), -ENOSPC);
    assert_int_equal(vfs_lseek(fd, 0, SEEK_END), 0);
    assert_int_equal(vfs_write(fd, "x", 1), 1);
    vfs_close(fd);
}

static int check(ssize_t result)
{
    assert_true(result >= 0 || result == -ENOSPC || result == -ENOENT || result == -EBADF);
    return (int)result;
}

/* A bit of everything that allocates; any part of it may fail for want of space. */
static void use(void)
{
    static const uint8_t data[5000];
    int fd;

    check(vfs_mkdir("/tmp/d", 0700));
    fd = check(vfs_open("/tmp/d/f", CREATE, 0600));
    check(vfs_write(fd, data, sizeof data));
    check((ssize_t)vfs_lseek(fd, 20000, SEEK_SET));
    check(vfs_write(fd, "x", 1));
    check(vfs_rename("/tmp/d/f", "/tmp/g"));
    check(vfs_write(fd, data, sizeof data));
    check(vfs_rename("/tmp/d", "/tmp/e"));
    check(vfs_close(fd));
}

static void every_allocation_may_fail(void **state)
{
    char path[VFS_PATH_BYTES] = "/tmp";
    long n = 0;

    (void)state;
    do {
        allocations_left = n++;
        use();
        remove_all(path);
        assert_int_equal(tmp.used, used_at_first);
    } while (allocations_left < 0); /* one has failed */
    allocations_left = -1;
    assert_in_range(n, 15, 100);
}

static void without_room_for_a_root_there_is_no_file_system(void **state)
{
    struct tmpfs small;

    (void)state;
    assert_int_equal(tmpfs_init(&small, 16), -ENOSPC);
    allocations_left = 0;
    assert_int_equal(tmpfs_init(&small, LIMIT), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_file_grows_to_the_cap_and_makes_room_again, clean),
        cmocka_unit_test_teardown(a_removed_open_file_still_counts, clean),
        cmocka_unit_test_teardown(many_files_end_at_the_cap_too, clean),
        cmocka_unit_test_teardown(a_far_seek_does_not_get_past_the_cap, clean),
        cmocka_unit_test_teardown(every_allocation_may_fail, clean),
        cmocka_unit_test_teardown(without_room_for_a_root_there_is_no_file_system, clean),
    };
    return cmocka_run_group_tests(tests, mount, NULL);
}
