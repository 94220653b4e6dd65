/* What is mounted where: /rom, /tmp and /dev. */
#include "files.h"

#include <fcntl.h>
#include <stddef.h>

#include "devfs.h"
#include "rom.h"
#include "romfs.h"
#include "tmpfs.h"
#include "vfs.h"

/* From the image's romfs.S. */
extern const char __romfs_start[], __romfs_end[];

static struct romfs rom;
static struct tmpfs tmp;

static int mount_rom(void)
{
    int error = romfs_init(&rom, __romfs_start, (size_t)(__romfs_end - __romfs_start));

    if (error == 0) {
        error = vfs_mount("rom", &romfs_ops, &rom);
    }
    if (error == 0) {
        vfs_chdir("/rom/app"); /* an image without an app starts in the root */
    }
    return error;
}

static int mount_tmp(void)
{
    int error = tmpfs_init(&tmp, TMPFS_LIMIT_BYTES);

    return error < 0 ? error : vfs_mount("tmp", &tmpfs_ops, &tmp);
}

/* One open file that three descriptors share, as a login shell's do. */
static int mount_console(void)
{
    int error = vfs_mount("dev", &devfs_ops, NULL);

    if (error == 0) {
        error = vfs_open("/dev/console", O_RDWR, 0);
    }
    if (error == 0) {
        error = vfs_dup(0, 1);
    }
    if (error == 1) {
        error = vfs_dup(0, 2);
    }
    return error < 0 ? error : 0;
}

int files_init(void)
{
    int error = mount_console();

    if (error == 0) {
        error = mount_tmp();
    }
    if (error == 0) {
        error = mount_rom();
    }
    return error;
}

int files_map(int fd, const void **data, size_t *len)
{
    return vfs_map(fd, data, len);
}

const struct romfs *files_rom(void)
{
    return &rom;
}
