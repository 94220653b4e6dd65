/* The head of an HTTP/1.1 request: request line and header fields.
 *
 * Strict RFC 9112: nothing ambiguous is repaired, because two readings of one
 * request are how requests are smuggled.  The parser allocates nothing; every slice
 * points into the caller's buffer and lives as long as the bytes there stay put.
 */
#ifndef PARSER_H
#define PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PARSER_HEAD_BYTES = WSGI_HEAD_BYTES, /* bytes, of a whole head; more is 431 */
    PARSER_LINE_BYTES =
        WSGI_LINE_BYTES, /* bytes, of the request line (RFC 9112 section 3 asks for 8000); more is 414 */
    PARSER_METHOD_BYTES = WSGI_METHOD_BYTES, /* bytes, of a method; more is 501 */
    PARSER_FIELDS = WSGI_FIELDS,             /* header fields of a request; more is 431 */
};

#define PARSER_BODY_BYTES ((uint64_t)WSGI_BODY_BYTES) /* bytes, of a body; more is 413 */

/* What is wrong with a request.  parser_status() gives the status it is answered with. */
enum parser_error {
    PARSER_BAD_REQUEST_LINE = -1,
    PARSER_BAD_TARGET = -2,
    PARSER_BAD_VERSION = -3,
    PARSER_BAD_LINE_END = -4,
    PARSER_BAD_FIELD = -5,
    PARSER_FOLDED_FIELD = -6,
    PARSER_NO_HOST = -7,
    PARSER_BAD_HOST = -8,
    PARSER_BAD_LENGTH = -9,
    PARSER_BAD_CODING = -10,
    PARSER_LONG_LINE = -11,
    PARSER_LONG_HEAD = -12,
    PARSER_LARGE_BODY = -13,
    PARSER_UNKNOWN_EXPECTATION = -14,
    PARSER_UNKNOWN_METHOD = -15,
    PARSER_UNKNOWN_CODING = -16,
    PARSER_UNKNOWN_VERSION = -17,
    PARSER_NOT_CHUNKED = -18,
    PARSER_BAD_CHUNK = -19,
    PARSER_LONG_TRAILER = -20,
    PARSER_FRAMING_TRAILER = -21,
};

/* Bytes of the caller's buffer.  Not terminated. */
struct slice {
    const char *start;
    size_t length; /* bytes */
};

struct field {
    struct slice name;  /* as sent; never empty */
    struct slice value; /* without the white space around it; may be empty */
};

/* A parsed head.  Valid once parser_parse() has returned a positive number. */
struct request {
    struct slice line; /* the request line without its CRLF */
    struct slice method;
    struct slice path;  /* percent-encoded, begins with '/'; of length 1 and '*' for "OPTIONS *" */
    struct slice query; /* without the '?' */
    struct slice host;  /* of the absolute form or of Host; start is NULL when there is none */
    struct field fields[PARSER_FIELDS];
    unsigned field_count;
    uint64_t content_length; /* bytes; 0 when there is none */
    uint8_t minor;           /* 1 for HTTP/1.1 and later minors, 0 for HTTP/1.0 */
    bool has_length;         /* Content-Length was there */
    bool chunked;            /* the body comes in chunks; content_length is 0 then */
    bool absolute;           /* the target was in absolute form, host comes from it */
    bool keep_alive;         /* the client would send another request (RFC 9112 section 9.3) */
    bool expects_continue;   /* RFC 9110 section 10.1.1 */
};

/* Where a parse stands; private but for `request`. */
struct parser {
    struct request request;
    size_t line_start; /* offset of the first byte not yet parsed */
    size_t searched;   /* offset up to which no line end was found */
    unsigned host_count;
    bool has_request_line;
    bool has_coding;        /* Transfer-Encoding was there */
    unsigned coding_count;  /* its elements */
    unsigned chunked_count; /* of them, those that are "chunked" */
    bool ends_in_chunked;   /* the last of them is */
    bool says_close;
    bool says_keep_alive;
};

/* Makes ready for the head of a new request. */
void parser_reset(struct parser *parser);

/* Parses buf, of which len bytes have arrived so far.  To be called with the same buf
 * and a len that never shrinks until it returns non-zero; each byte is looked at once.
 * Returns the length of the head in bytes (> 0; the body begins there), 0 when it is
 * not complete, or a parser_error. */
int parser_parse(struct parser *parser, const char *buf, size_t len);

/* The HTTP status that answers a parser_error. */
int parser_status(int error);

/* One English phrase for the client's developer; static. */
const char *parser_explain(int error);

/* Whether a byte may stand in a token, or in a field's value (RFC 9110 sections 5.5 and 5.6.2). */
bool parser_is_token(char byte);
bool parser_is_value(char byte);

/* How many bytes at the start of text may stand in a token. */
size_t parser_token_length(const char *text, size_t length);

/* Compares without regard to ASCII case; `lower` must be lower case and terminated. */
bool slice_is(struct slice slice, const char *lower);

#endif
