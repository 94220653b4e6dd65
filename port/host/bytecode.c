#include "bytecode.h"

#include <ftw.h>
#include <limits.h>
#include <stdio.h>

enum { OPEN_FOLDERS = 16 /* descriptors nftw() may use */ };

#define WIDE(text) L##text
#define WIDEN(text) WIDE(text)

const wchar_t *bytecode_prefix(void)
{
    return WIDEN(HOST_BYTECODE);
}

static int discard(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    remove(path); /* what stays is only old */
    return 0;
}

void bytecode_forget(const char *folder)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s%s", HOST_BYTECODE, folder) < (int)sizeof path)
        nftw(path, discard, OPEN_FOLDERS, FTW_PHYS | FTW_DEPTH);
}
