/* The files a program finds at its start. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* Mounts what there is to mount, opens the console as descriptors 0, 1 and 2 and makes
 * the app's folder the current directory, so that it finds its files by relative paths.
 * The first thing main() does: until then no descriptor works.  Returns 0, or -errno
 * when the app's files cannot be read (a damaged ROM file system, a folder that is not
 * there) or the heap is too small; then the console is open nevertheless. */
int files_init(void);

/* Where the bytes of an open file lie, to use them without a copy; they stay there, also when
 * it is closed.  Returns 0, or -ENODEV: nowhere in memory. */
int files_map(int fd, const void **data, size_t *len);

#endif
