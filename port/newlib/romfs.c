/* The ROM file system; see romfs.h and docs/romfs.md. */
#include "romfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "inflate.h"

enum {
    ROMFS_VERSION = 2,
    ROMFS_ALIGNMENT = 8,  /* bytes, of the image and of every file in it */
    ROMFS_CRC_START = 16, /* the CRC covers all from here on */
    ROMFS_DIRECTORY = 1,  /* bits in romfs_entry.flags */
    ROMFS_DEFLATED = 2,
    ROMFS_LENGTH = 4, /* bytes before a deflated stream that say how long it is */
    ROMFS_DEVICE = 1, /* st_dev */
};

static const char romfs_magic[8] = {'h', 'i', 'p', 'r', 'o', 'm', 'f', 's'};

struct romfs_header {
    char magic[8];
    uint32_t version;
    uint32_t crc;
    uint32_t size;
    uint32_t count;
    uint32_t reserved[2];
};

struct romfs_entry {
    uint32_t name;     /* offset of its bytes in the image */
    uint16_t name_len; /* bytes, no zero at the end */
    uint16_t flags;
    uint32_t data;  /* a file: offset of its bytes; a directory: index of its first entry */
    uint32_t size;  /* a file: bytes; a directory: number of entries */
    uint32_t mtime; /* seconds since 1970 */
};

/* A deflated file that is open: node of its vfs_file, which for other files is the entry. */
struct inflated {
    const struct romfs_entry *entry;
    uint8_t bytes[];
};

_Static_assert(sizeof(struct romfs_header) == 32, "the format's header is 32 bytes");
_Static_assert(sizeof(struct romfs_entry) == 20, "the format's entries are 20 bytes");
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the image is little-endian and read in place"
#endif

static bool within(const struct romfs *fs, uint32_t offset, uint32_t len)
{
    return offset <= fs->size && len <= fs->size - offset;
}

static bool is_directory(const struct romfs_entry *entry)
{
    return (entry->flags & ROMFS_DIRECTORY) != 0;
}

/* Whether a directory's entries exist.  They come after it in the table, which keeps
 * a damaged image from containing itself. */
static bool directory_is_sound(const struct romfs *fs, const struct romfs_entry *entry)
{
    uint32_t index = (uint32_t)(entry - fs->entries);

    return is_directory(entry) && entry->data > index && entry->data <= fs->count &&
           entry->size <= fs->count - entry->data;
}

static bool is_deflated(const struct romfs_entry *entry)
{
    return (entry->flags & ROMFS_DEFLATED) != 0;
}

/* The length of a deflated file's stream. */
static uint32_t stream_length(const struct romfs *fs, const struct romfs_entry *entry)
{
    return *(const uint32_t *)(const void *)(fs->image + entry->data);
}

/* Whether the stream lies within the image, and may become as long as the entry says. */
static bool stream_is_sound(const struct romfs *fs, const struct romfs_entry *entry)
{
    return within(fs, entry->data, ROMFS_LENGTH) && within(fs, entry->data + ROMFS_LENGTH, stream_length(fs, entry)) &&
           entry->size / INFLATE_RATIO <= stream_length(fs, entry);
}

static bool file_is_sound(const struct romfs *fs, const struct romfs_entry *entry)
{
    if (is_directory(entry) || entry->data % ROMFS_ALIGNMENT != 0) {
        return false;
    }
    return is_deflated(entry) ? stream_is_sound(fs, entry) : within(fs, entry->data, entry->size);
}

static bool name_is_sound(const struct romfs *fs, const struct romfs_entry *entry)
{
    return entry->name_len > 0 && entry->name_len < VFS_NAME_BYTES && within(fs, entry->name, entry->name_len);
}

int romfs_init(struct romfs *fs, const void *image, size_t len)
{
    const struct romfs_header *header = image;
    size_t table;

    if (image == NULL || (uintptr_t)image % ROMFS_ALIGNMENT != 0 || len < sizeof *header ||
        memcmp(header->magic, romfs_magic, sizeof header->magic) != 0 || header->version != ROMFS_VERSION) {
        return -EINVAL;
    }
    if (header->size > len || header->size > INT32_MAX || header->size < sizeof *header) {
        return -EIO;
    }
    table = header->size - sizeof *header;
    if (header->count == 0 || header->count > table / sizeof(struct romfs_entry)) {
        return -EIO;
    }
    fs->image = image;
    fs->entries = (const void *)(fs->image + sizeof *header);
    fs->size = header->size;
    fs->count = header->count;
    return directory_is_sound(fs, &fs->entries[0]) ? 0 : -EIO;
}

/* CRC-32 as in zlib, four bits at a time: a table of 64 bytes instead of 1024. */
static uint32_t crc32_of(const uint8_t *data, size_t len)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= data[i];
        crc = (crc >> 4) ^ table[crc & 15];
        crc = (crc >> 4) ^ table[crc & 15];
    }
    return ~crc;
}

int romfs_verify(const struct romfs *fs)
{
    const struct romfs_header *header = (const void *)fs->image;
    uint32_t crc = crc32_of(fs->image + ROMFS_CRC_START, fs->size - ROMFS_CRC_START);

    return crc == header->crc ? 0 : -EIO;
}

/* Below, at or above 0, as the name sought sorts before, is, or sorts after entry's. */
static int compare(const struct romfs *fs, const struct romfs_entry *entry, const char *name, size_t len)
{
    size_t common = len < entry->name_len ? len : entry->name_len;
    int order = memcmp(name, fs->image + entry->name, common);

    if (order != 0) {
        return order;
    }
    return (len > entry->name_len) - (len < entry->name_len);
}

/* Finds a name in a directory. */
static int find_name(const struct romfs *fs, const struct romfs_entry **entry, const char *name, size_t len)
{
    const struct romfs_entry *directory = *entry;
    uint32_t low, high;

    if (!is_directory(directory)) {
        return -ENOTDIR;
    }
    if (!directory_is_sound(fs, directory)) {
        return -EIO;
    }
    low = directory->data;
    high = directory->data + directory->size;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order;
        *entry = &fs->entries[middle];
        if (!name_is_sound(fs, *entry)) {
            return -EIO;
        }
        order = compare(fs, *entry, name, len);
        if (order == 0) {
            return 0;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return -ENOENT;
}

static int find(const struct romfs *fs, const char *path, const struct romfs_entry **entry)
{
    *entry = &fs->entries[0];
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        int error = find_name(fs, entry, path, len);
        if (error < 0) {
            return error;
        }
        path += path[len] == '/' ? len + 1 : len;
    }
    return 0;
}

static int find_file(const struct romfs *fs, const char *path, const struct romfs_entry **entry)
{
    int error = find(fs, path, entry);

    if (error < 0) {
        return error;
    }
    if (is_directory(*entry)) {
        return -EISDIR;
    }
    return file_is_sound(fs, *entry) ? 0 : -EIO;
}

int romfs_map(const struct romfs *fs, const char *path, const void **data, size_t *len)
{
    const struct romfs_entry *entry;
    int error = find_file(fs, path, &entry);

    if (error == 0 && is_deflated(entry)) {
        error = -ENODEV;
    }
    if (error == 0) {
        *data = fs->image + entry->data;
        *len = entry->size;
    }
    return error;
}

static void fill_status(const struct romfs *fs, const struct romfs_entry *entry, struct stat *status)
{
    memset(status, 0, sizeof *status);
    status->st_dev = ROMFS_DEVICE;
    status->st_ino = (ino_t)(entry - fs->entries + 1);
    status->st_mode = is_directory(entry) ? S_IFDIR | 0555 : S_IFREG | 0444;
    status->st_nlink = is_directory(entry) ? 2 : 1;
    status->st_size = is_directory(entry) ? 0 : (off_t)entry->size;
    status->st_mtim.tv_sec = (time_t)entry->mtime;
    status->st_atim = status->st_mtim;
    status->st_ctim = status->st_mtim;
    status->st_blksize = 4096;
    status->st_blocks = (blkcnt_t)((status->st_size + 511) / 512);
}

/* Inflates a file for as long as it is open. */
static int open_deflated(const struct romfs *fs, const struct romfs_entry *entry, struct vfs_file *file)
{
    struct inflated *inflated = malloc(sizeof *inflated + entry->size);
    int error;

    if (inflated == NULL) {
        return -ENOMEM;
    }
    inflated->entry = entry;
    error =
        inflate_whole(fs->image + entry->data + ROMFS_LENGTH, stream_length(fs, entry), inflated->bytes, entry->size);
    if (error < 0) {
        free(inflated);
        return error;
    }
    file->node = inflated;
    return 0;
}

/* The inflated bytes of an open file; NULL when it is read where it lies. */
static const struct inflated *inflated_of(const struct vfs_file *file)
{
    const struct romfs *fs = file->fs;
    const uint8_t *node = file->node;

    return node >= fs->image && node < fs->image + fs->size ? NULL : file->node;
}

static const struct romfs_entry *entry_of(const struct vfs_file *file)
{
    const struct inflated *inflated = inflated_of(file);

    return inflated != NULL ? inflated->entry : file->node;
}

static int rom_open(void *fs, const char *path, int flags, mode_t mode, struct vfs_file *file)
{
    const struct romfs_entry *entry;
    int error = find_file(fs, path, &entry);

    (void)mode;
    if (error == -ENOENT && (flags & O_CREAT) != 0) {
        return -EROFS;
    }
    if (error < 0) {
        return error;
    }
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
        return -EEXIST;
    }
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0) {
        return -EROFS;
    }
    if (is_deflated(entry)) {
        return open_deflated(fs, entry, file);
    }
    file->node = (void *)entry; /* const in effect: nothing here writes */
    return 0;
}

static void rom_close(struct vfs_file *file)
{
    if (inflated_of(file) != NULL) {
        free(file->node);
    }
}

/* rom_open() has checked that the file's bytes lie within the image. */
static ssize_t rom_read(struct vfs_file *file, void *buf, size_t len, off_t at)
{
    const struct romfs *fs = file->fs;
    const struct romfs_entry *entry = entry_of(file);
    const struct inflated *inflated = inflated_of(file);
    size_t left;

    if ((uint32_t)at >= entry->size) {
        return 0;
    }
    left = entry->size - (uint32_t)at;
    if (len > left) {
        len = left;
    }
    memcpy(buf, (inflated != NULL ? inflated->bytes : fs->image + entry->data) + at, len);
    return (ssize_t)len;
}

static int rom_fstat(struct vfs_file *file, struct stat *status)
{
    fill_status(file->fs, entry_of(file), status);
    return 0;
}

static int rom_stat(void *fs, const char *path, struct stat *status)
{
    const struct romfs_entry *entry;
    int error = find(fs, path, &entry);

    if (error == 0) {
        fill_status(fs, entry, status);
    }
    return error;
}

static int rom_opendir(void *fs, const char *path, struct vfs_dir *dir)
{
    const struct romfs_entry *entry;
    int error = find(fs, path, &entry);

    if (error < 0) {
        return error;
    }
    if (!is_directory(entry)) {
        return -ENOTDIR;
    }
    dir->node = (void *)entry; /* const in effect */
    return directory_is_sound(fs, entry) ? 0 : -EIO;
}

/* Whether a name means itself in a path, so that who walks the tree comes to an end.
 * find_name() needs no such check: no other name is ever sought. */
static bool is_plain(const char *name, size_t len)
{
    return memchr(name, '\0', len) == NULL && memchr(name, '/', len) == NULL && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

static int rom_readdir(struct vfs_dir *dir, struct vfs_entry *name)
{
    const struct romfs *fs = dir->fs;
    const struct romfs_entry *directory = dir->node;
    const struct romfs_entry *entry;

    if (dir->cursor >= directory->size) {
        return 0;
    }
    entry = &fs->entries[directory->data + dir->cursor];
    if (!name_is_sound(fs, entry)) {
        return -EIO;
    }
    memcpy(name->name, fs->image + entry->name, entry->name_len);
    name->name[entry->name_len] = '\0';
    if (!is_plain(name->name, entry->name_len)) {
        return -EIO;
    }
    name->ino = (ino_t)(entry - fs->entries + 1);
    name->type = is_directory(entry) ? S_IFDIR : S_IFREG;
    dir->cursor++;
    return 1;
}

static void rom_closedir(struct vfs_dir *dir)
{
    (void)dir;
}

static int rom_map(struct vfs_file *file, const void **data, size_t *len)
{
    const struct romfs *fs = file->fs;
    const struct romfs_entry *entry = file->node;

    if (inflated_of(file) != NULL) {
        return -ENODEV;
    }
    *data = fs->image + entry->data;
    *len = entry->size;
    return 0;
}

const struct vfs_ops romfs_ops = {
    .open = rom_open,
    .close = rom_close,
    .read = rom_read,
    .fstat = rom_fstat,
    .stat = rom_stat,
    .opendir = rom_opendir,
    .readdir = rom_readdir,
    .closedir = rom_closedir,
    .map = rom_map,
};
