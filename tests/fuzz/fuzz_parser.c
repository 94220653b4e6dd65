/* Bytes into the parser: whatever they are, all ways of feeding them read the same. */
#include <sanitizer/asan_interface.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = PARSER_HEAD_BYTES + 512 };

static void require(int condition)
{
    if (!condition)
        abort();
}

static void check_slice(struct slice slice, const char *buf, size_t head)
{
    if (slice.length > 0)
        require(slice.start >= buf && slice.start + slice.length <= buf + head);
}

static void check_request(const struct request *request, const char *buf, size_t head)
{
    check_slice(request->line, buf, head);
    check_slice(request->method, buf, head);
    if (request->path.length > 1) /* a lone "/" may be the parser's own, for "http://host" */
        check_slice(request->path, buf, head);
    check_slice(request->query, buf, head);
    check_slice(request->host, buf, head);
    require(request->path.length >= 1 && (request->path.start[0] == '/' || request->path.start[0] == '*'));
    require(request->method.length >= 1 && request->method.length <= PARSER_METHOD_BYTES);
    require(request->field_count <= PARSER_FIELDS);
    for (unsigned i = 0; i < request->field_count; i++) {
        check_slice(request->fields[i].name, buf, head);
        check_slice(request->fields[i].value, buf, head);
        require(request->fields[i].name.length > 0);
        require(memchr(request->fields[i].value.start, '\n', request->fields[i].value.length) == NULL);
    }
}

static void check_error(int error)
{
    require(parser_status(error) >= 400 && parser_status(error) < 600);
    require(parser_explain(error) != NULL && parser_explain(error)[0] != '\0');
}

static void require_same(struct slice a, struct slice b)
{
    require(a.length == b.length && (a.length == 0 || a.start == b.start));
}

static void require_same_requests(const struct request *a, const struct request *b)
{
    require_same(a->line, b->line);
    require_same(a->method, b->method);
    require_same(a->path, b->path);
    require_same(a->query, b->query);
    require_same(a->host, b->host);
    require(a->field_count == b->field_count && a->content_length == b->content_length && a->minor == b->minor);
    require(a->has_length == b->has_length && a->keep_alive == b->keep_alive && a->absolute == b->absolute);
    require(a->chunked == b->chunked && a->expects_continue == b->expects_continue);
    for (unsigned i = 0; i < a->field_count; i++) {
        require_same(a->fields[i].name, b->fields[i].name);
        require_same(a->fields[i].value, b->fields[i].value);
    }
}

/* Parses in pieces.  What has not arrived yet must not be read: to the sanitizer it is not there. */
static int parse_in_pieces(struct parser *parser, char *buf, size_t len, size_t piece)
{
    int result = 0;
    parser_reset(parser);
    for (size_t arrived = 0; result == 0 && arrived < len;) {
        arrived += len - arrived < piece ? len - arrived : piece;
        ASAN_UNPOISON_MEMORY_REGION(buf, arrived);
        ASAN_POISON_MEMORY_REGION(buf + arrived, len - arrived);
        result = parser_parse(parser, buf, arrived);
    }
    ASAN_UNPOISON_MEMORY_REGION(buf, len);
    return result;
}

/* The first two bytes say how large the pieces are. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct parser whole, split;
    if (size < 2 || size > LONGEST)
        return 0;
    size_t len = size - 2;
    size_t piece = 1 + (size_t)(data[0] << 8 | data[1]) % (len + 1);
    char *buf = malloc(len > 0 ? len : 1); /* of its own, so that the sanitizer sees its end */
    if (buf == NULL)
        return 0;
    memcpy(buf, data + 2, len);

    parser_reset(&whole);
    int expected = parser_parse(&whole, buf, len);
    require(expected <= (int)len);
    if (expected > 0)
        check_request(&whole.request, buf, (size_t)expected);
    else if (expected < 0)
        check_error(expected);

    int found = parse_in_pieces(&split, buf, len, piece);
    /* What arrives in pieces may be refused before its end, hence for another reason. */
    require(found == expected || (found < 0 && expected < 0));
    if (found > 0)
        require_same_requests(&whole.request, &split.request);
    free(buf);
    return 0;
}
