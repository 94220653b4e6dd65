#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "fake_port.h"
#include "newlib/devfs.h"
#include "newlib/vfs.h"
#include "test.h"

static int interrupt(void)
{
    return 1;
}

static int type_later(void)
{
    if (fake_port_now_us > 100000) {
        fake_port_typed = "late\r";
        clock_on_wait(NULL);
    }
    return 0;
}

static int mount(void **state)
{
    (void)state;
    return vfs_mount("dev", &devfs_ops, NULL);
}

static int reset(void **state)
{
    (void)state;
    fake_port_clear();
    clock_on_wait(NULL);
    return 0;
}

static void null_swallows_and_gives_nothing(void **state)
{
    char buf[8];
    int fd = vfs_open("/dev/null", O_RDWR | O_CREAT | O_TRUNC, 0666);

    (void)state;
    assert_int_equal(vfs_write(fd, "12345678", 8), 8);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 0);
    assert_int_equal(vfs_lseek(fd, 5, SEEK_SET), 0);
    assert_int_equal(vfs_isatty(fd), 0);
    vfs_close(fd);
}

static void urandom_gives_entropy_or_an_error(void **state)
{
    uint8_t buf[3000] = {0};
    int fd = vfs_open("/dev/urandom", O_RDONLY, 0);

    (void)state;
    assert_int_equal(vfs_read(fd, buf, sizeof buf), sizeof buf);
    assert_int_equal(buf[0], 0xa5);
    assert_int_equal(buf[sizeof buf - 1], 0xa5);
    fake_port_entropy_result = -1;
    assert_int_equal(vfs_read(fd, buf, sizeof buf), -EIO);
    vfs_close(fd);
}

static void console_writes_carriage_returns(void **state)
{
    int fd = vfs_open("/dev/console", O_RDWR, 0);

    (void)state;
    assert_int_equal(vfs_write(fd, "a\nb\n", 4), 4);
    assert_string_equal(fake_port_console, "a\r\nb\r\n");
    assert_int_equal(vfs_isatty(fd), 1);
    assert_int_equal(vfs_lseek(fd, 0, SEEK_CUR), -ESPIPE);
    vfs_close(fd);
}

static void console_writes_lines_of_any_length(void **state)
{
    char text[1000], expected[2001];
    int fd = vfs_open("/dev/console", O_WRONLY | O_APPEND, 0);

    (void)state;
    for (size_t len = 0; len < sizeof text; len += 37) {
        memset(fake_port_console, 0, sizeof fake_port_console);
        memset(text, '\n', len);
        for (size_t i = 0; i < len; i++) {
            memcpy(expected + 2 * i, "\r\n", 2);
        }
        expected[2 * len] = '\0';
        assert_int_equal(vfs_write(fd, text, len), len);
        assert_string_equal(fake_port_console, expected);
    }
    vfs_close(fd);
}

static void console_reads_what_was_typed(void **state)
{
    char buf[16] = {0};
    int fd = vfs_open("/dev/console", O_RDONLY, 0);

    (void)state;
    fake_port_typed = "ab\rc";
    assert_int_equal(vfs_read(fd, buf, 3), 3);
    assert_string_equal(buf, "ab\n");
    assert_int_equal(vfs_read(fd, buf, 0), 0);
    vfs_close(fd);
}

static void console_waits_for_typing(void **state)
{
    char buf[16] = {0};
    int fd = vfs_open("/dev/console", O_RDONLY, 0);

    (void)state;
    clock_on_wait(type_later);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 5);
    assert_string_equal(buf, "late\n");
    clock_on_wait(interrupt);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), -EINTR);
    vfs_set_flags(fd, O_NONBLOCK);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), -EAGAIN);
    vfs_close(fd);
}

static void the_directory_lists_the_devices(void **state)
{
    static const char *const names[] = {"console", "null", "urandom"};
    struct vfs_entry entry;
    struct vfs_dir *dir;
    struct stat status;

    (void)state;
    assert_int_equal(vfs_opendir("/dev", &dir), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vfs_readdir(dir, &entry), 1);
        assert_string_equal(entry.name, names[i]);
        assert_true(S_ISCHR(entry.type));
    }
    assert_int_equal(vfs_readdir(dir, &entry), 0);
    vfs_closedir(dir);
    assert_int_equal(vfs_stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
    assert_int_equal(vfs_stat("/dev", &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_int_equal(vfs_opendir("/dev/null", &dir), -ENOTDIR);
}

static void the_directory_cannot_be_changed(void **state)
{
    (void)state;
    assert_int_equal(vfs_open("/dev/new", O_RDWR | O_CREAT, 0666), -EROFS);
    assert_int_equal(vfs_open("/dev/new", O_RDWR, 0), -ENOENT);
    assert_int_equal(vfs_open("/dev/null", O_RDWR | O_CREAT | O_EXCL, 0666), -EEXIST);
    assert_int_equal(vfs_open("/dev", O_RDONLY, 0), -EISDIR);
    assert_int_equal(vfs_unlink("/dev/null"), -EROFS);
    assert_int_equal(vfs_truncate("/dev/null", 0), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(null_swallows_and_gives_nothing, reset),
        cmocka_unit_test_setup(urandom_gives_entropy_or_an_error, reset),
        cmocka_unit_test_setup(console_writes_carriage_returns, reset),
        cmocka_unit_test_setup(console_writes_lines_of_any_length, reset),
        cmocka_unit_test_setup(console_reads_what_was_typed, reset),
        cmocka_unit_test_setup(console_waits_for_typing, reset),
        cmocka_unit_test_setup(the_directory_lists_the_devices, reset),
        cmocka_unit_test_setup(the_directory_cannot_be_changed, reset),
    };
    return cmocka_run_group_tests(tests, mount, NULL);
}
