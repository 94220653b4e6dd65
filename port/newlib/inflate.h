/* A file that is stored deflated, made whole again. */
#ifndef INFLATE_H
#define INFLATE_H

#include <stddef.h>
#include <stdint.h>

enum {
    INFLATE_RATIO = 1032, /* bytes that a byte of a stream can become at most (RFC 1951: 258 bytes in two bits) */
};

/* Inflates a raw stream (RFC 1951) of len bytes, which must become exactly size bytes, into out: some ten
 * instructions a byte, and 10 KiB of heap meanwhile.  Returns 0, -EIO (damaged) or -ENOMEM. */
int inflate_whole(const uint8_t *stream, size_t len, uint8_t *out, size_t size);

#endif
