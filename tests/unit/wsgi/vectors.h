/* Test vectors in Markdown: a heading, the reason, a block of bytes and what is expected.
 *
 *   ## Title
 *   Why.
 *   ```http
 *   GET / HTTP/1.1\r\n      line ends of the file do not count; C escapes and
 *   X: \{a*100}\r\n         \{text*count} do
 *   ```
 *   ```expect
 *   status: 400
 *   ```
 */
#ifndef VECTORS_H
#define VECTORS_H

#include <stddef.h>

enum {
    VECTOR_BYTES = 16384,       /* bytes of one request */
    VECTOR_TEXT_BYTES = 256,    /* bytes of a title */
    VECTOR_EXPECT_BYTES = 2048, /* bytes of an expectation */
};

struct vector {
    char title[VECTOR_TEXT_BYTES];
    char bytes[VECTOR_BYTES];
    size_t length;                    /* of bytes */
    char expect[VECTOR_EXPECT_BYTES]; /* lines "key: value" */
};

/* Calls each() for every vector of a file.  Returns their number; ends the process when
 * the file cannot be read or is malformed. */
unsigned vectors_each(const char *path, void (*each)(const struct vector *vector));

#endif
