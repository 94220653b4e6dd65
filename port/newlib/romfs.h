/* The ROM file system: a read-only image, read where it lies.
 *
 * The format is docs/romfs.md; tools/hip/romfs.py packs images.  Every number in
 * the image is checked before use: a damaged image gives EIO or a missing file, and
 * no access outside of it.  Files keep nothing open and allocate nothing, but for those
 * that are stored deflated: while one is open, its contents are in the heap.
 */
#ifndef ROMFS_H
#define ROMFS_H

#include <stddef.h>
#include <stdint.h>

#include "vfs.h"

struct romfs_entry;

/* A mounted image.  The caller's; the members are romfs.c's. */
struct romfs {
    const uint8_t *image;
    const struct romfs_entry *entries;
    uint32_t size;  /* bytes of the image, as its header says; at most what is mapped */
    uint32_t count; /* entries */
};

/* For vfs_mount(), whose fs is the struct romfs. */
extern const struct vfs_ops romfs_ops;

/* Takes the image of at most len bytes at image, 8-byte aligned, which must stay as it
 * is while fs is used.  Checks the header only, at a cost that does not grow with the
 * image.  Returns 0, -EINVAL (not aligned, no image, another version of the format) or
 * -EIO (damaged or cut off). */
int romfs_init(struct romfs *fs, const void *image, size_t len);

/* Reads the whole image and compares its CRC-32: about 10 instructions a byte.
 * Returns 0 or -EIO. */
int romfs_verify(const struct romfs *fs);

/* Where a file's bytes lie, to send them without a copy.  path is relative to the
 * image's root and normal ("app/static/a.css"); *data is 8-byte aligned and lives as
 * long as the image.  Returns 0, -ENODEV (it is stored deflated), -ENOENT, -ENOTDIR, -EISDIR or -EIO. */
int romfs_map(const struct romfs *fs, const char *path, const void **data, size_t *len);

#endif
