/* Reads the image that make_image.py packs, whole and damaged. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "newlib/romfs.h"
#include "newlib/vfs.h"
#include "test.h"

enum { IMAGE_BYTES = 4096, MTIME = 1700000000 };

static _Alignas(8) uint8_t image[IMAGE_BYTES];
static size_t image_len;
static struct romfs rom;

static int mount(void **state)
{
    FILE *file = fopen(IMAGE, "rb");

    (void)state;
    if (file == NULL) {
        return -1;
    }
    image_len = fread(image, 1, sizeof image, file);
    fclose(file);
    if (image_len == sizeof image || romfs_init(&rom, image, image_len) < 0) {
        return -1;
    }
    return vfs_mount("rom", &romfs_ops, &rom);
}

static void files_read_as_they_were_packed(void **state)
{
    uint8_t buf[600];
    int fd = vfs_open("/rom/app/static/a.css", O_RDONLY, 0);

    (void)state;
    assert_int_equal(fd, 0);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 512);
    for (int i = 0; i < 512; i++) {
        assert_int_equal(buf[i], i % 256);
    }
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 0);
    assert_int_equal(vfs_lseek(fd, -2, SEEK_END), 510);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 2);
    assert_int_equal(buf[0], 254);
    assert_int_equal(vfs_lseek(fd, 10000, SEEK_SET), 10000);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 0);
    assert_int_equal(vfs_close(fd), 0);
}

/* What make_image.py has put there: "0 1 2 ... 299". */
static void deflated_files_read_as_others(void **state)
{
    char expected[2000], buf[sizeof expected];
    int len = 0, fd = vfs_open("/rom/packed/numbers", O_RDONLY, 0);
    const void *data;
    size_t mapped;
    struct stat status;

    (void)state;
    for (int i = 0; i < 300; i++) {
        len += snprintf(expected + len, sizeof expected - (size_t)len, i > 0 ? " %d" : "%d", i);
    }
    assert_int_equal(vfs_fstat(fd, &status), 0);
    assert_int_equal(status.st_size, len);
    assert_int_equal(vfs_read(fd, buf, 100), 100);
    assert_int_equal(vfs_read(fd, buf + 100, sizeof buf - 100), len - 100);
    assert_memory_equal(buf, expected, len);
    assert_int_equal(vfs_lseek(fd, -3, SEEK_END), len - 3);
    assert_int_equal(vfs_read(fd, buf, sizeof buf), 3);
    assert_memory_equal(buf, "299", 3);
    assert_int_equal(vfs_map(fd, &data, &mapped), -ENODEV);
    assert_int_equal(romfs_map(&rom, "packed/numbers", &data, &mapped), -ENODEV);
    assert_int_equal(vfs_close(fd), 0);
    assert_int_equal(romfs_map(&rom, "packed/short", &data, &mapped), 0); /* deflating would be no gain */
}

static void every_name_of_a_directory_is_found(void **state)
{
    static const char *const names[] = {"a", "aa", "aaa", "ab", "b"};
    static const char contents[] = "12341";
    char path[32], byte;

    (void)state;
    for (int i = 0; i < 5; i++) {
        int fd;
        snprintf(path, sizeof path, "/rom/lib/%s", names[i]);
        fd = vfs_open(path, O_RDONLY, 0);
        assert_true(fd >= 0);
        assert_int_equal(vfs_read(fd, &byte, 1), 1);
        assert_int_equal(byte, contents[i]);
        vfs_close(fd);
    }
    assert_int_equal(vfs_open("/rom/lib/", O_RDONLY, 0), -EISDIR);
    assert_int_equal(vfs_open("/rom/lib/aaaa", O_RDONLY, 0), -ENOENT);
    assert_int_equal(vfs_open("/rom/lib/0", O_RDONLY, 0), -ENOENT);
    assert_int_equal(vfs_open("/rom/lib/c", O_RDONLY, 0), -ENOENT);
    assert_int_equal(vfs_open("/rom/bare/c", O_RDONLY, 0), -ENOENT);
    assert_int_equal(vfs_open("/rom/lib/a/b", O_RDONLY, 0), -ENOTDIR);
    assert_true(vfs_open("/rom/app/static/zwölf.txt", O_RDONLY, 0) >= 0);
    vfs_close(0);
}

static void directories_list_their_names_in_order(void **state)
{
    static const char *const names[] = {"app", "bare", "lib", "packed"};
    struct vfs_entry entry;
    struct vfs_dir *dir;

    (void)state;
    assert_int_equal(vfs_opendir("/rom", &dir), 0);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 4; i++) {
            assert_int_equal(vfs_readdir(dir, &entry), 1);
            assert_string_equal(entry.name, names[i]);
            assert_int_equal(entry.type, S_IFDIR);
        }
        assert_int_equal(vfs_readdir(dir, &entry), 0);
        vfs_rewinddir(dir);
    }
    assert_int_equal(vfs_closedir(dir), 0);
    assert_int_equal(vfs_opendir("/rom/lib/a", &dir), -ENOTDIR);
    assert_int_equal(vfs_opendir("/rom/bare", &dir), 0);
    assert_int_equal(vfs_readdir(dir, &entry), 0);
    assert_int_equal(vfs_closedir(dir), 0);
}

static void status_tells_size_type_and_time(void **state)
{
    struct stat file, directory, other;

    (void)state;
    assert_int_equal(vfs_stat("/rom/app/app.py", &file), 0);
    assert_int_equal(file.st_mode, S_IFREG | 0444);
    assert_int_equal(file.st_size, 15);
    assert_int_equal(file.st_mtime, MTIME);
    assert_int_equal(vfs_stat("/rom/app", &directory), 0);
    assert_true(S_ISDIR(directory.st_mode));
    assert_int_not_equal(directory.st_ino, file.st_ino);
    assert_int_equal(vfs_stat("/rom/lib/a", &other), 0);
    assert_int_equal(other.st_mtime, 7);
    assert_int_equal(vfs_stat("/rom/app/app.py/", &file), -ENOTDIR);
}

static void nothing_can_be_written(void **state)
{
    const struct timespec times[2] = {{0, 0}, {0, 0}};

    (void)state;
    assert_int_equal(vfs_open("/rom/app/app.py", O_RDWR, 0), -EROFS);
    assert_int_equal(vfs_open("/rom/app/app.py", O_WRONLY | O_CREAT | O_TRUNC, 0666), -EROFS);
    assert_int_equal(vfs_open("/rom/app/new", O_WRONLY | O_CREAT, 0666), -EROFS);
    assert_int_equal(vfs_open("/rom/lib/a", O_RDONLY | O_CREAT | O_EXCL, 0666), -EEXIST);
    assert_int_equal(vfs_unlink("/rom/app/app.py"), -EROFS);
    assert_int_equal(vfs_rmdir("/rom/bare"), -EROFS);
    assert_int_equal(vfs_rename("/rom/lib/a", "/rom/lib/z"), -EROFS);
    assert_int_equal(vfs_mkdir("/rom/new", 0777), -EROFS);
    assert_int_equal(vfs_mkdir("/rom/app", 0777), -EEXIST);
    assert_int_equal(vfs_truncate("/rom/lib/a", 0), -EROFS);
    assert_int_equal(vfs_chmod("/rom/lib/a", 0666), -EROFS);
    assert_int_equal(vfs_utime("/rom/lib/a", times), -EROFS);
    assert_int_equal(vfs_access("/rom/lib/a", R_OK), 0);
    assert_int_equal(vfs_access("/rom/lib/a", W_OK), -EROFS);
    assert_int_equal(vfs_access("/rom/lib/a", X_OK), -EACCES);
    assert_int_equal(vfs_access("/rom/lib", X_OK), 0);
}

static void files_can_be_used_where_they_lie(void **state)
{
    const void *data;
    size_t len;

    (void)state;
    assert_int_equal(romfs_map(&rom, "app/app.py", &data, &len), 0);
    assert_int_equal(len, 15);
    assert_memory_equal(data, "print('hello')\n", 15);
    assert_int_equal((uintptr_t)data % 8, 0);
    assert_int_equal(romfs_map(&rom, "app/static/empty", &data, &len), 0);
    assert_int_equal(len, 0);
    assert_int_equal(romfs_map(&rom, "app", &data, &len), -EISDIR);
    assert_int_equal(romfs_map(&rom, "", &data, &len), -EISDIR);
    assert_int_equal(romfs_map(&rom, "nothing", &data, &len), -ENOENT);
}

static void open_files_can_be_used_where_they_lie(void **state)
{
    const void *data, *same;
    size_t len;
    int fd = vfs_open("/rom/app/app.py", O_RDONLY, 0);

    (void)state;
    assert_int_equal(romfs_map(&rom, "app/app.py", &same, &len), 0);
    assert_int_equal(vfs_map(fd, &data, &len), 0);
    assert_ptr_equal(data, same);
    assert_int_equal(len, 15);
    vfs_close(fd);
    assert_int_equal(vfs_map(fd, &data, &len), -EBADF);
}

static void a_flipped_bit_is_found_on_demand(void **state)
{
    (void)state;
    assert_int_equal(romfs_verify(&rom), 0);
    for (size_t i = 12; i < image_len; i++) {
        if (i >= 16 && i < 24) {
            continue; /* size and count, which romfs_init() has taken over */
        }
        image[i] ^= 0x10;
        assert_int_equal(romfs_verify(&rom), -EIO);
        image[i] ^= 0x10;
    }
    assert_int_equal(romfs_verify(&rom), 0);
}

static void what_is_no_image_is_refused(void **state)
{
    struct romfs fs;

    (void)state;
    assert_int_equal(romfs_init(&fs, NULL, 100), -EINVAL);
    assert_int_equal(romfs_init(&fs, image + 1, image_len - 1), -EINVAL);
    assert_int_equal(romfs_init(&fs, image, 0), -EINVAL);
    assert_int_equal(romfs_init(&fs, image, image_len - 1), -EIO);
    image[0] ^= 1;
    assert_int_equal(romfs_init(&fs, image, image_len), -EINVAL);
    image[0] ^= 1;
    image[8] = 3; /* a version to come */
    assert_int_equal(romfs_init(&fs, image, image_len), -EINVAL);
    image[8] = 2;
}

static void read_all(struct romfs *fs, const char *path)
{
    struct vfs_file file = {.ops = &romfs_ops, .fs = fs};
    uint8_t buf[100];
    const void *data;
    size_t len;
    off_t at = 0;
    ssize_t count;
    int error;

    if (romfs_ops.open(fs, path, O_RDONLY, 0, &file) < 0) {
        return;
    }
    while ((count = romfs_ops.read(&file, buf, sizeof buf, at)) > 0) {
        at += count;
    }
    romfs_ops.close(&file);
    error = romfs_map(fs, path, &data, &len);
    assert_true(error == -ENODEV || (error == 0 && (off_t)len == at));
}

/* Reads everything there is below path, which has room for more. */
static void walk(struct romfs *fs, char *path)
{
    struct vfs_dir dir = {.ops = &romfs_ops, .fs = fs};
    struct vfs_entry entry;
    struct stat status;
    size_t len = strlen(path);

    romfs_ops.stat(fs, path, &status);
    read_all(fs, path);
    if (romfs_ops.opendir(fs, path, &dir) < 0) {
        return;
    }
    while (romfs_ops.readdir(&dir, &entry) > 0 && len + strlen(entry.name) + 2 < VFS_PATH_BYTES) {
        sprintf(path + len, "%s%s", len == 0 ? "" : "/", entry.name);
        walk(fs, path);
        path[len] = '\0';
    }
}

/* A copy ends where its memory does, so that the sanitizer sees what lies beyond. */
static void walk_copy(size_t len, size_t changed, uint8_t mask)
{
    struct romfs fs;
    char path[VFS_PATH_BYTES] = "";
    uint8_t *copy = malloc(len);

    memcpy(copy, image, len);
    if (changed < len) {
        copy[changed] ^= mask;
    }
    if (romfs_init(&fs, copy, len) == 0) {
        romfs_verify(&fs);
        walk(&fs, path);
        for (unsigned i = 0; i < 3; i++) {
            static const char *const names[] = {"app/static/a.css", "lib/ab", "bare/x"};
            read_all(&fs, names[i]);
        }
    }
    free(copy);
}

static void no_changed_byte_leads_outside(void **state)
{
    static const uint8_t masks[] = {1, 2, 4, 8, 16, 32, 64, 128, 255};

    (void)state;
    for (size_t i = 0; i < image_len; i++) {
        for (size_t m = 0; m < sizeof masks; m++) {
            walk_copy(image_len, i, masks[m]);
        }
    }
}

static void no_cut_off_image_leads_outside(void **state)
{
    (void)state;
    for (size_t len = 1; len <= image_len; len++) {
        walk_copy(len, len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_as_they_were_packed),     cmocka_unit_test(deflated_files_read_as_others),
        cmocka_unit_test(every_name_of_a_directory_is_found), cmocka_unit_test(directories_list_their_names_in_order),
        cmocka_unit_test(status_tells_size_type_and_time),    cmocka_unit_test(nothing_can_be_written),
        cmocka_unit_test(files_can_be_used_where_they_lie),   cmocka_unit_test(open_files_can_be_used_where_they_lie),
        cmocka_unit_test(a_flipped_bit_is_found_on_demand),   cmocka_unit_test(what_is_no_image_is_refused),
        cmocka_unit_test(no_changed_byte_leads_outside),      cmocka_unit_test(no_cut_off_image_leads_outside),
    };
    return cmocka_run_group_tests(tests, mount, NULL);
}
