/* newlib declares lstat() for the systems that it knows only. */
#ifndef NEWLIB_PORT_SYS_STAT_H
#define NEWLIB_PORT_SYS_STAT_H

#include_next <sys/stat.h>

int lstat(const char *restrict path, struct stat *restrict status);

#endif
