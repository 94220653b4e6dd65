/* Bytes into the decoder of chunked bodies: in any pieces it yields the same data and the same end. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 20000 };

/* What a reading yields: the data, how many bytes belong to the body, and an error or 0. */
struct reading {
    char *data;
    size_t length, used;
    int error;
    bool over;
};

static void require(int condition)
{
    if (!condition)
        abort();
}

/* Decodes raw in pieces of at most `piece` bytes, each of its own memory. */
static struct reading decode(const uint8_t *raw, size_t size, size_t piece)
{
    struct body body;
    struct reading reading = {.data = malloc(size + 1)};
    require(reading.data != NULL);
    body_begin(&body, true, 0);
    while (reading.used < size && !body_is_over(&body) && reading.error == 0) {
        size_t n = size - reading.used < piece ? size - reading.used : piece, used = 0;
        char *copy = malloc(n);
        require(copy != NULL);
        memcpy(copy, raw + reading.used, n);
        int got = body_decode(&body, copy, copy, n, &used);
        if (got < 0) {
            reading.error = got;
        } else {
            require(used <= n && (size_t)got <= used && (used == n || body_is_over(&body)));
            memcpy(reading.data + reading.length, copy, (size_t)got);
            reading.length += (size_t)got;
            reading.used += used;
        }
        free(copy);
    }
    reading.over = body_is_over(&body);
    return reading;
}

/* The first byte says how large the pieces are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > LONGEST)
        return 0;
    struct reading whole = decode(data + 1, size - 1, size);
    struct reading pieces = decode(data + 1, size - 1, 1 + data[0] % 16);
    require(whole.error == pieces.error);
    if (whole.error < 0) {
        require(parser_status(whole.error) >= 400 && parser_explain(whole.error)[0] != '\0');
    } else {
        require(whole.over == pieces.over && whole.used == pieces.used && whole.length == pieces.length);
        require(memcmp(whole.data, pieces.data, whole.length) == 0);
    }
    free(whole.data);
    free(pieces.data);
    return 0;
}
