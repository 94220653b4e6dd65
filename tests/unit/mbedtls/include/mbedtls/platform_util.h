/* Stands in for mbedTLS's header of that name. */
#ifndef PLATFORM_UTIL_H
#define PLATFORM_UTIL_H

#include <string.h>

static inline void mbedtls_platform_zeroize(void *memory, size_t size)
{
    memset(memory, 0, size);
}

#endif
