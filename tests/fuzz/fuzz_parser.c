/* Bytes into the parser: whatever they are, both ways of feeding them read the same. */
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
    for (unsigned i = 0; i < a->field_count; i++) {
        require_same(a->fields[i].name, b->fields[i].name);
        require_same(a->fields[i].value, b->fields[i].value);
    }
}

/* The first two bytes say where the input is split. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct parser whole, split;
    if (size < 2 || size > LONGEST)
        return 0;
    size_t len = size - 2;
    size_t cut = len > 0 ? (size_t)(data[0] << 8 | data[1]) % (len + 1) : 0;
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

    parser_reset(&split);
    int found = parser_parse(&split, buf, cut);
    if (found == 0)
        found = parser_parse(&split, buf, len);
    /* What arrives in pieces may be refused before its end, hence for another reason. */
    require(found == expected || (found < 0 && expected < 0));
    if (found > 0)
        require_same_requests(&whole.request, &split.request);
    free(buf);
    return 0;
}
