#include "body.h"

#include <string.h>

#include "parser.h"

_Static_assert(PARSER_BODY_BYTES < UINT64_MAX / 16, "one more digit of a chunk's size must not overflow");

enum {
    PLAIN,         /* data of a body whose length is known */
    SIZE_FIRST,    /* the first digit of a chunk's size */
    SIZE,          /* further digits */
    SIZE_SPACE,    /* white space before an extension */
    EXTENSION,     /* anything up to the end of the line */
    SIZE_LF,       /* the line's LF */
    DATA,          /* data of a chunk */
    DATA_CR,       /* the end of its line */
    DATA_LF,       /* as before */
    TRAILER_FIRST, /* a trailer field's name, or the end of the section */
    TRAILER_NAME,  /* further bytes of the name */
    TRAILER_VALUE, /* its value */
    TRAILER_LF,    /* the line's LF */
    LAST_LF,       /* the body's last byte */
    OVER,
};

void body_begin(struct body *body, bool chunked, uint64_t length)
{
    body->left = length;
    body->total = 0;
    body->overhead = 0;
    body->name = body->framing = 0;
    body->state = chunked ? SIZE_FIRST : length > 0 ? PLAIN : OVER;
}

bool body_is_over(const struct body *body)
{
    return body->state == OVER;
}

uint64_t body_left(const struct body *body)
{
    return body->state == PLAIN ? body->left : body->state == OVER ? 0 : UINT64_MAX;
}

uint64_t body_plain(const struct body *body)
{
    return body->state == PLAIN || body->state == DATA ? body->left : 0;
}

void body_skip(struct body *body, size_t n)
{
    body->left -= n;
    if (body->left == 0) {
        body->state = body->state == PLAIN ? OVER : DATA_CR;
    }
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    byte = (char)(byte | 0x20);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* One more byte of a chunk's size line.  Returns 0 or a parser_error. */
static int size_byte(struct body *body, char byte)
{
    int digit = body->state <= SIZE ? hex_digit(byte) : -1;

    if (++body->overhead > BODY_CHUNK_LINE_BYTES) {
        return PARSER_BAD_CHUNK;
    }
    if (digit >= 0) {
        body->left = body->left * 16 + (unsigned)digit; /* cannot overflow: it is below the limit before */
        body->state = SIZE;
        return body->left > PARSER_BODY_BYTES - body->total ? PARSER_LARGE_BODY : 0;
    }
    if (body->state == SIZE_FIRST) {
        return PARSER_BAD_CHUNK;
    }
    if (byte == '\r' && body->state != SIZE_SPACE) {
        body->state = SIZE_LF;
    } else if (byte == ';' && body->state != EXTENSION) {
        body->state = EXTENSION;
    } else if ((byte == ' ' || byte == '\t') && body->state != EXTENSION) {
        body->state = SIZE_SPACE;
    } else if (body->state != EXTENSION || !parser_is_value(byte)) {
        return PARSER_BAD_CHUNK;
    }
    return 0;
}

/* Fields that say where a body ends, or what follows it, and have no place after it (RFC 9110 section 6.5.1). */
static const char *const framing_fields[] = {"connection", "content-length", "transfer-encoding"};

enum { FRAMING_FIELDS = sizeof framing_fields / sizeof framing_fields[0] };

/* One more byte of a trailer's name: keeps note of which framing field it may still become. */
static void trailer_name_byte(struct body *body, char byte)
{
    if (body->state == TRAILER_FIRST) {
        body->state = TRAILER_NAME;
        body->name = 0;
        body->framing = (1u << FRAMING_FIELDS) - 1;
    }
    byte = byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
    for (unsigned i = 0; i < FRAMING_FIELDS; i++) {
        /* A name that is over has a NUL here, which no byte of a token equals. */
        if ((body->framing >> i & 1) != 0 && framing_fields[i][body->name] != byte) {
            body->framing &= (uint8_t) ~(1u << i);
        }
    }
    body->name += body->framing != 0;
}

/* Whether a trailer's name, now complete, is a framing field's. */
static bool is_framing_field(const struct body *body)
{
    for (unsigned i = 0; i < FRAMING_FIELDS; i++) {
        if ((body->framing >> i & 1) != 0 && framing_fields[i][body->name] == '\0') {
            return true;
        }
    }
    return false;
}

/* One more byte of the trailer section: header fields again, but nobody wants them. */
static int trailer_byte(struct body *body, char byte)
{
    if (++body->overhead > BODY_TRAILER_BYTES) {
        return PARSER_LONG_TRAILER;
    }
    if (body->state == TRAILER_VALUE) {
        body->state = byte == '\r' ? TRAILER_LF : TRAILER_VALUE;
        return byte == '\r' || parser_is_value(byte) ? 0 : PARSER_BAD_CHUNK;
    }
    if (parser_is_token(byte)) {
        trailer_name_byte(body, byte);
        return 0;
    }
    if (byte == ':' && body->state == TRAILER_NAME) {
        body->state = TRAILER_VALUE;
        return is_framing_field(body) ? PARSER_FRAMING_TRAILER : 0;
    }
    if (byte == '\r' && body->state == TRAILER_FIRST) {
        body->state = LAST_LF;
        return 0;
    }
    return PARSER_BAD_CHUNK;
}

/* The second byte of a line's end, or the end of a chunk's data. */
static int line_end_byte(struct body *body, char byte)
{
    if (byte != (body->state == DATA_CR ? '\r' : '\n')) {
        return PARSER_BAD_CHUNK;
    }
    switch (body->state) {
    case SIZE_LF:
        body->total += body->left;
        body->state = body->left > 0 ? DATA : TRAILER_FIRST;
        break;
    case DATA_CR:
        body->state = DATA_LF;
        return 0;
    case DATA_LF:
        body->state = SIZE_FIRST;
        break;
    case TRAILER_LF:
        body->state = TRAILER_FIRST;
        return 0; /* the section's overhead goes on */
    default:
        body->state = OVER;
    }
    body->overhead = 0;
    return 0;
}

static int framing_byte(struct body *body, char byte)
{
    switch (body->state) {
    case SIZE_FIRST:
    case SIZE:
    case SIZE_SPACE:
    case EXTENSION:
        return size_byte(body, byte);
    case TRAILER_FIRST:
    case TRAILER_NAME:
    case TRAILER_VALUE:
        return trailer_byte(body, byte);
    default:
        return line_end_byte(body, byte);
    }
}

int body_decode(struct body *body, char *to, const char *raw, size_t n, size_t *used)
{
    size_t done = 0, got = 0;

    while (done < n && body->state != OVER) {
        uint64_t plain = body_plain(body);
        size_t take = plain < n - done ? (size_t)plain : n - done;
        int error;

        if (take > 0) {
            memmove(to + got, raw + done, take);
            body_skip(body, take);
            got += take;
            done += take;
            continue;
        }
        error = framing_byte(body, raw[done++]);
        if (error < 0) {
            return error;
        }
    }
    *used = done;
    return (int)got;
}
