/* The image's ROM file system, which files_init() mounts as /rom. */
#ifndef ROM_H
#define ROM_H

struct romfs;

/* For romfs_map() and romfs_verify(); valid after files_init() has returned 0. */
const struct romfs *files_rom(void);

#endif
