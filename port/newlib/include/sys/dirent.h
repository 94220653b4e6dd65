/* newlib's <dirent.h> asks its system for this file. */
#ifndef _SYS_DIRENT_H
#define _SYS_DIRENT_H

#include <sys/types.h>

/* clang-format off */
#define MAXNAMLEN 255

#define DT_UNKNOWN 0
#define DT_CHR     2
#define DT_DIR     4
#define DT_REG     8
#define DT_LNK     10 /* never given; programs compare with it */

/* clang-format on */
struct dirent {
    ino_t d_ino;
    unsigned char d_type; /* DT_* */
    char d_name[MAXNAMLEN + 1];
};

typedef struct __dirstream DIR;

#endif
