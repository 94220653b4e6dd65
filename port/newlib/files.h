/* What is mounted where on the device: /rom, /tmp and /dev. */
#ifndef FILES_H
#define FILES_H

struct romfs;

/* Mounts the file systems, opens the console as descriptors 0, 1 and 2 and makes the
 * app's folder the current directory, so that it finds its files by relative paths.
 * The first thing main() does: until then no descriptor works.  Returns 0, or -errno
 * when the ROM file system's header is damaged (see romfs_init()) or the heap is too
 * small; then the console is open nevertheless. */
int files_init(void);

/* The mounted ROM file system, for romfs_map() and romfs_verify(). */
const struct romfs *files_rom(void);

#endif
