#include "inflate.h"

#include <errno.h>
#include <zlib.h>

int inflate_whole(const uint8_t *stream, size_t len, uint8_t *out, size_t size)
{
    z_stream z = {.next_in = (Bytef *)stream, .avail_in = (uInt)len, .next_out = out, .avail_out = (uInt)size};
    int result;

    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) {
        return -ENOMEM;
    }
    /* In one call: then the output is the window, and zlib allocates none. */
    result = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    if (result == Z_MEM_ERROR) {
        return -ENOMEM;
    }
    return result == Z_STREAM_END && z.avail_out == 0 ? 0 : -EIO;
}
