#include "parser.h"

#include <string.h>

/* Character classes of RFC 9110 section 5.6 and RFC 3986; one table, one look-up a byte. */
enum {
    CLASS_TOKEN = 1,  /* tchar */
    CLASS_VALUE = 2,  /* field-vchar, SP and HTAB */
    CLASS_TARGET = 4, /* visible ASCII but '#', which starts a fragment */
    CLASS_HOST = 8,   /* reg-name: unreserved, sub-delims and '%' */
    CLASS_HEX = 16,   /* HEXDIG */
};

#define T CLASS_TOKEN
#define V CLASS_VALUE
#define G CLASS_TARGET
#define H CLASS_HOST
#define X CLASS_HEX
static const uint8_t classes[256] = {
    /* clang-format off */
    ['\t'] = V, [' '] = V,
    ['!'] = T|V|G|H, ['"'] = V|G, ['#'] = T|V, ['$'] = T|V|G|H, ['%'] = T|V|G|H, ['&'] = T|V|G|H,
    ['\''] = T|V|G|H, ['('] = V|G|H, [')'] = V|G|H, ['*'] = T|V|G|H, ['+'] = T|V|G|H,
    [','] = V|G|H, ['-'] = T|V|G|H, ['.'] = T|V|G|H, ['/'] = V|G,
    ['0' ... '9'] = T|V|G|H|X, [':'] = V|G, [';'] = V|G|H, ['<'] = V|G, ['='] = V|G|H,
    ['>'] = V|G, ['?'] = V|G, ['@'] = V|G, ['A' ... 'F'] = T|V|G|H|X, ['G' ... 'Z'] = T|V|G|H, ['['] = V|G,
    ['\\'] = V|G, [']'] = V|G, ['^'] = T|V|G, ['_'] = T|V|G|H, ['`'] = T|V|G,
    ['a' ... 'f'] = T|V|G|H|X, ['g' ... 'z'] = T|V|G|H, ['{'] = V|G, ['|'] = T|V|G, ['}'] = V|G, ['~'] = T|V|G|H,
    /* clang-format on */
    [0x80 ... 0xff] = V,
};
#undef T
#undef V
#undef G
#undef H
#undef X

static const struct {
    int16_t status;
    const char *text;
} errors[] = {
    [-PARSER_BAD_REQUEST_LINE] = {400, "the request line is malformed"},
    [-PARSER_BAD_TARGET] = {400, "the request target is malformed"},
    [-PARSER_BAD_VERSION] = {400, "the protocol version is malformed"},
    [-PARSER_BAD_LINE_END] = {400, "a line does not end in CR LF"},
    [-PARSER_BAD_FIELD] = {400, "a header field is malformed"},
    [-PARSER_FOLDED_FIELD] = {400, "a header field is folded over lines"},
    [-PARSER_NO_HOST] = {400, "the Host header field is missing"},
    [-PARSER_BAD_HOST] = {400, "the Host header field is malformed or repeated"},
    [-PARSER_BAD_LENGTH] = {400, "Content-Length is malformed or repeated"},
    [-PARSER_BAD_CODING] = {400, "Transfer-Encoding does not go with the rest of the request"},
    [-PARSER_LONG_LINE] = {414, "the request line is too long"},
    [-PARSER_LONG_HEAD] = {431, "the header fields are too large"},
    [-PARSER_LARGE_BODY] = {413, "the body is too large"},
    [-PARSER_UNKNOWN_EXPECTATION] = {417, "the expectation is not known"},
    [-PARSER_UNKNOWN_METHOD] = {501, "the method is not supported"},
    [-PARSER_UNKNOWN_CODING] = {501, "the transfer coding is not supported"},
    [-PARSER_UNKNOWN_VERSION] = {505, "the protocol version is not supported"},
    [-PARSER_NOT_CHUNKED] = {400, "Transfer-Encoding is not one chunked at the end"},
    [-PARSER_BAD_CHUNK] = {400, "the chunked body is malformed"},
    [-PARSER_LONG_TRAILER] = {431, "the trailer fields are too large"},
    [-PARSER_FRAMING_TRAILER] = {400, "a trailer field would say where the body ends, or what follows it"},
};

/* Length of the run of bytes of a class at the start of text. */
static size_t span(const char *text, size_t length, uint8_t class)
{
    size_t n = 0;

    while (n < length && (classes[(unsigned char)text[n]] & class)) {
        n++;
    }
    return n;
}

bool parser_is_token(char byte)
{
    return classes[(unsigned char)byte] & CLASS_TOKEN;
}

bool parser_is_value(char byte)
{
    return classes[(unsigned char)byte] & CLASS_VALUE;
}

size_t parser_token_length(const char *text, size_t length)
{
    return span(text, length, CLASS_TOKEN);
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

bool slice_is(struct slice slice, const char *text)
{
    size_t n = 0;

    while (n < slice.length && text[n] != '\0' && lower(slice.start[n]) == text[n]) {
        n++;
    }
    return n == slice.length && text[n] == '\0';
}

static bool is_hex(char byte)
{
    return classes[(unsigned char)byte] & CLASS_HEX;
}

/* The characters within the brackets of an IPv6 address; whether it is one matters to
 * nobody here. */
static bool is_literal(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!is_hex(text[i]) && text[i] != ':' && text[i] != '.') {
            return false;
        }
    }
    return length > 1;
}

/* A registered name or IPv4 address: no delimiter of a host, and every '%' of an escape. */
static bool is_name(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!(classes[(unsigned char)text[i]] & CLASS_HOST)) {
            return false;
        }
        if (text[i] == '%' && (length - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2]))) {
            return false;
        }
    }
    return length > 0;
}

/* RFC 3986 authority without userinfo: host [":" port].  An empty one is allowed for
 * Host only (RFC 9110 section 7.2). */
static bool is_host(struct slice host)
{
    const char *end = host.start + host.length, *port;

    if (host.length == 0) {
        return true;
    }
    if (host.start[0] == '[') {
        port = memchr(host.start, ']', host.length);
        if (port == NULL || !is_literal(host.start + 1, (size_t)(port - host.start) - 1)) {
            return false;
        }
        port++;
    } else {
        port = memchr(host.start, ':', host.length);
        port = port != NULL ? port : end;
        if (!is_name(host.start, (size_t)(port - host.start))) {
            return false;
        }
    }
    if (port < end && *port++ != ':') {
        return false;
    }
    while (port < end && *port >= '0' && *port <= '9') {
        port++;
    }
    return port == end;
}

/* scheme "://" authority path: leaves path and query in *target. */
static int parse_absolute(struct request *request, struct slice *target)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (unsigned i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        struct slice scheme = {target->start, strlen(schemes[i])};
        struct slice rest;
        size_t n = 0;

        if (target->length <= scheme.length || !slice_is(scheme, schemes[i])) {
            continue;
        }
        rest.start = target->start + scheme.length;
        rest.length = target->length - scheme.length;
        while (n < rest.length && rest.start[n] != '/' && rest.start[n] != '?') {
            n++;
        }
        request->host = (struct slice){rest.start, n};
        request->absolute = true;
        *target = (struct slice){rest.start + n, rest.length - n};
        return n > 0 && is_host(request->host) ? 0 : PARSER_BAD_TARGET;
    }
    return PARSER_BAD_TARGET;
}

/* RFC 9112 section 3.2.  The authority form belongs to CONNECT, which is refused before. */
static int parse_target(struct request *request, struct slice target)
{
    static const char root[] = "/";
    const char *question;

    if (target.length == 1 && target.start[0] == '*') {
        request->path = target;
        return slice_is(request->method, "options") ? 0 : PARSER_BAD_TARGET;
    }
    if (target.start[0] != '/') {
        int error = parse_absolute(request, &target);

        if (error < 0) {
            return error;
        }
    }
    question = target.length > 0 ? memchr(target.start, '?', target.length) : NULL;
    request->path = target;
    if (question != NULL) {
        request->path.length = (size_t)(question - target.start);
        request->query.start = question + 1;
        request->query.length = target.length - request->path.length - 1;
    }
    if (request->path.length == 0) {
        request->path = (struct slice){root, 1}; /* http://host?query */
    }
    return 0;
}

/* HTTP-version: case-sensitive, one digit each side.  A later minor version is read as
 * 1.1, as RFC 9110 section 2.5 says. */
static int parse_version(struct request *request, struct slice version)
{
    if (version.length != 8 || memcmp(version.start, "HTTP/", 5) != 0 || version.start[6] != '.' ||
        version.start[5] < '0' || version.start[5] > '9' || version.start[7] < '0' || version.start[7] > '9') {
        return PARSER_BAD_VERSION;
    }
    if (version.start[5] != '1') {
        return PARSER_UNKNOWN_VERSION;
    }
    request->minor = version.start[7] != '0';
    return 0;
}

static int parse_request_line(struct parser *parser, struct slice line)
{
    struct request *request = &parser->request;
    struct slice target, version;
    size_t n = span(line.start, line.length, CLASS_TOKEN);
    int error;

    if (n == 0 || n == line.length || line.start[n] != ' ') {
        return PARSER_BAD_REQUEST_LINE;
    }
    request->line = line;
    request->method = (struct slice){line.start, n};
    target.start = line.start + n + 1;
    target.length = span(target.start, line.length - n - 1, CLASS_TARGET);
    n += 1 + target.length;
    if (target.length == 0) {
        return PARSER_BAD_REQUEST_LINE;
    }
    if (n == line.length || line.start[n] != ' ') {
        return n == line.length ? PARSER_BAD_REQUEST_LINE : PARSER_BAD_TARGET;
    }
    version = (struct slice){line.start + n + 1, line.length - n - 1};
    error = parse_version(request, version);
    if (error < 0) {
        return error;
    }
    if (request->method.length > PARSER_METHOD_BYTES || slice_is(request->method, "connect")) {
        return PARSER_UNKNOWN_METHOD;
    }
    parser->has_request_line = true;
    return parse_target(request, target);
}

/* The bytes of start..end without the white space around them. */
static struct slice trim(const char *start, const char *end)
{
    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }
    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    return (struct slice){start, (size_t)(end - start)};
}

/* One decimal number and nothing else; a second field, even an equal one, is refused. */
static int parse_length(struct request *request, struct slice value)
{
    uint64_t length = 0;

    if (request->has_length || value.length == 0) {
        return PARSER_BAD_LENGTH;
    }
    for (size_t i = 0; i < value.length; i++) {
        unsigned digit = (unsigned char)value.start[i] - (unsigned)'0';

        if (digit > 9) {
            return PARSER_BAD_LENGTH;
        }
        if (length > (UINT64_MAX - digit) / 10) {
            return PARSER_LARGE_BODY;
        }
        length = length * 10 + digit;
    }
    request->has_length = true;
    request->content_length = length;
    return length > PARSER_BODY_BYTES ? PARSER_LARGE_BODY : 0;
}

/* Transfer-Encoding: a list that may go on in further fields (RFC 9112 section 6.1). */
static void parse_coding(struct parser *parser, struct slice value)
{
    const char *end = value.start + value.length;

    parser->has_coding = true;
    for (const char *p = value.start; p <= end; p++) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        struct slice coding = trim(p, comma != NULL ? comma : end);

        parser->coding_count++;
        parser->ends_in_chunked = slice_is(coding, "chunked");
        parser->chunked_count += parser->ends_in_chunked;
        p = comma != NULL ? comma : end;
    }
}

/* Connection: a list of options, of which two matter (RFC 9112 section 9.3). */
static void parse_connection(struct parser *parser, struct slice value)
{
    const char *end = value.start + value.length;
    const char *p = value.start;

    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p));
        const char *next = comma != NULL ? comma : end;
        struct slice option = trim(p, next);

        parser->says_close |= slice_is(option, "close");
        parser->says_keep_alive |= slice_is(option, "keep-alive");
        p = next + 1;
    }
}

static int parse_host(struct parser *parser, struct slice value)
{
    if (++parser->host_count > 1 || !is_host(value)) {
        return PARSER_BAD_HOST;
    }
    if (!parser->request.absolute) { /* RFC 9112 section 3.2.2: the absolute form wins */
        parser->request.host = value;
    }
    return 0;
}

/* The fields that decide how the request is framed and routed.  The length of the name
 * tells them apart from all others without a comparison. */
static int note_field(struct parser *parser, const struct field *field)
{
    struct request *request = &parser->request;

    switch (field->name.length) {
    case 4:
        return slice_is(field->name, "host") ? parse_host(parser, field->value) : 0;
    case 6:
        if (slice_is(field->name, "expect") && request->minor > 0) {
            request->expects_continue = slice_is(field->value, "100-continue");
            return request->expects_continue ? 0 : PARSER_UNKNOWN_EXPECTATION;
        }
        return 0;
    case 10:
        if (slice_is(field->name, "connection")) {
            parse_connection(parser, field->value);
        }
        return 0;
    case 14:
        return slice_is(field->name, "content-length") ? parse_length(request, field->value) : 0;
    case 17:
        if (slice_is(field->name, "transfer-encoding")) {
            parse_coding(parser, field->value);
        }
        return 0;
    default:
        return 0;
    }
}

static int parse_field(struct parser *parser, struct slice line)
{
    struct request *request = &parser->request;
    struct field *field;
    const char *start, *end = line.start + line.length;
    size_t name = span(line.start, line.length, CLASS_TOKEN);

    if (line.start[0] == ' ' || line.start[0] == '\t') {
        return PARSER_FOLDED_FIELD;
    }
    if (name == 0 || name == line.length || line.start[name] != ':') {
        return PARSER_BAD_FIELD;
    }
    start = line.start + name + 1;
    if (span(start, (size_t)(end - start), CLASS_VALUE) != (size_t)(end - start)) {
        return PARSER_BAD_FIELD;
    }
    if (request->field_count == PARSER_FIELDS) {
        return PARSER_LONG_HEAD;
    }
    field = &request->fields[request->field_count++];
    field->name = (struct slice){line.start, name};
    field->value = trim(start, end);
    return note_field(parser, field);
}

/* Only "chunked" alone is taken.  RFC 9112: in HTTP/1.0 or with a length it smells of
 * smuggling (section 6.1); where it is not the last coding nobody knows where the body
 * ends (section 6.3); before it there may be codings that this server does not have. */
static int check_coding(const struct parser *parser)
{
    if (parser->request.has_length || parser->request.minor == 0) {
        return PARSER_BAD_CODING;
    }
    if (!parser->ends_in_chunked || parser->chunked_count > 1) {
        return PARSER_NOT_CHUNKED;
    }
    return parser->coding_count > 1 ? PARSER_UNKNOWN_CODING : 0;
}

/* What can only be judged when all fields are known. */
static int finish(struct parser *parser)
{
    struct request *request = &parser->request;

    if (request->minor > 0 && parser->host_count == 0) {
        return PARSER_NO_HOST;
    }
    request->chunked = parser->has_coding;
    request->keep_alive = !parser->says_close && (request->minor > 0 || parser->says_keep_alive);
    return parser->has_coding ? check_coding(parser) : 0;
}

/* The head does not end within what has arrived. */
static int incomplete(const struct parser *parser, const char *buf, size_t len)
{
    if (!parser->has_request_line) {
        const char *line = buf + parser->line_start;

        /* A client that speaks TLS to this port shall not wait for its time-out. */
        if (len > parser->line_start && *line != '\r' && span(line, 1, CLASS_TOKEN) == 0) {
            return PARSER_BAD_REQUEST_LINE;
        }
        if (len - parser->line_start > PARSER_LINE_BYTES + 1 /* CR */ || len >= PARSER_HEAD_BYTES) {
            return PARSER_LONG_LINE;
        }
    }
    return len >= PARSER_HEAD_BYTES ? PARSER_LONG_HEAD : 0;
}

/* One line without its CRLF.  Returns 1 when it ended the head, 0, or an error. */
static int parse_line(struct parser *parser, struct slice line)
{
    int error;

    if (line.length == 0) {
        if (!parser->has_request_line) {
            return 0; /* RFC 9112 section 2.2: an empty line before a request is ignored */
        }
        error = finish(parser);
        return error < 0 ? error : 1;
    }
    if (parser->has_request_line) {
        return parse_field(parser, line);
    }
    if (line.length > PARSER_LINE_BYTES) {
        return PARSER_LONG_LINE;
    }
    return parse_request_line(parser, line);
}

void parser_reset(struct parser *parser)
{
    /* fields[] is left as it is: field_count says how much of it counts. */
    struct request *request = &parser->request;

    request->line = request->method = request->path = (struct slice){NULL, 0};
    request->query = (struct slice){"", 0};
    request->host = (struct slice){NULL, 0};
    request->field_count = 0;
    request->content_length = 0;
    request->minor = 0;
    request->has_length = request->chunked = request->absolute = false;
    request->keep_alive = request->expects_continue = false;
    parser->line_start = parser->searched = 0;
    parser->host_count = 0;
    parser->has_request_line = parser->has_coding = parser->ends_in_chunked = false;
    parser->coding_count = parser->chunked_count = 0;
    parser->says_close = parser->says_keep_alive = false;
}

int parser_parse(struct parser *parser, const char *buf, size_t len)
{
    if (len > PARSER_HEAD_BYTES) {
        len = PARSER_HEAD_BYTES; /* what follows can only be body or the next request */
    }
    for (;;) {
        const char *end = parser->searched < len ? memchr(buf + parser->searched, '\n', len - parser->searched) : NULL;
        struct slice line = {buf + parser->line_start, 0};
        int result;

        if (end == NULL) {
            parser->searched = len;
            return incomplete(parser, buf, len);
        }
        if (end == line.start || end[-1] != '\r') {
            return PARSER_BAD_LINE_END;
        }
        line.length = (size_t)(end - line.start) - 1;
        parser->line_start = parser->searched = (size_t)(end - buf) + 1;
        result = parse_line(parser, line);
        if (result != 0) {
            return result < 0 ? result : (int)parser->line_start;
        }
    }
}

int parser_status(int error)
{
    return errors[-error].status;
}

const char *parser_explain(int error)
{
    return errors[-error].text;
}
