/* Every vector of requests.md, whole, cut at every byte and byte by byte, in memory that
 * ends where the request ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sanitizer/asan_interface.h>

#include "parser.h"
#include "vectors.h"

static void add(char *text, size_t size, const char *key, struct slice slice)
{
    size_t length = strlen(text);

    snprintf(text + length, size - length, "%s: %.*s\n", key, (int)slice.length, slice.length > 0 ? slice.start : "");
}

/* What came out, in the form that vectors expect it. */
static void describe(char *text, size_t size, const struct parser *parser, int result, size_t length)
{
    const struct request *request = &parser->request;
    char number[32];

    text[0] = '\0';
    if (result < 0) {
        snprintf(text, size, "status: %d\nbecause: %s\n", parser_status(result), parser_explain(result));
        return;
    }
    if (result == 0) {
        snprintf(text, size, "partial: yes\n");
        return;
    }
    add(text, size, "method", request->method);
    add(text, size, "path", request->path);
    add(text, size, "query", request->query);
    if (request->host.start != NULL) {
        add(text, size, "host", request->host);
    }
    for (unsigned i = 0; i < request->field_count; i++) {
        char field[200];

        snprintf(field, sizeof field, "%.*s|%.*s", (int)request->fields[i].name.length, request->fields[i].name.start,
                 (int)request->fields[i].value.length, request->fields[i].value.start);
        add(text, size, "field", (struct slice){field, strlen(field)});
    }
    if (request->has_length) {
        snprintf(number, sizeof number, "%llu", (unsigned long long)request->content_length);
        add(text, size, "length", (struct slice){number, strlen(number)});
    }
    if (request->chunked) {
        add(text, size, "chunked", (struct slice){"yes", 3});
    }
    snprintf(number, sizeof number, "%d", request->minor);
    add(text, size, "minor", (struct slice){number, strlen(number)});
    add(text, size, "keep-alive", (struct slice){request->keep_alive ? "yes" : "no", request->keep_alive ? 3 : 2});
    if (request->expects_continue) {
        add(text, size, "continue", (struct slice){"yes", 3});
    }
    if ((size_t)result < length) {
        snprintf(number, sizeof number, "%u", (unsigned)(length - (size_t)result));
        add(text, size, "rest", (struct slice){number, strlen(number)});
    }
}

/* Every expected line must be there. */
static void compare(const struct vector *vector, const char *got, const char *how)
{
    char expected[VECTOR_EXPECT_BYTES];

    memcpy(expected, vector->expect, sizeof expected);
    for (char *line = strtok(expected, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        const char *found = strstr(got, line);
        size_t length = strlen(line);

        while (found != NULL && ((found > got && found[-1] != '\n') || found[length] != '\n')) {
            found = strstr(found + 1, line);
        }
        if (found == NULL) {
            fail_msg("'%s' (%s): expected '%s', got:\n%s", vector->title, how, line, got);
        }
    }
}

/* Feeds cut bytes, then step bytes more each time.  Bytes not yet fed are poisoned. */
static void replay(const struct vector *vector, size_t cut, size_t step)
{
    char got[4096], how[64];
    struct parser parser;
    char *bytes = malloc(vector->length > 0 ? vector->length : 1);
    size_t fed = cut;
    int result;

    assert_non_null(bytes);
    memcpy(bytes, vector->bytes, vector->length);
    parser_reset(&parser);
    for (;;) {
        __asan_unpoison_memory_region(bytes, vector->length);
        __asan_poison_memory_region(bytes + fed, vector->length - fed);
        result = parser_parse(&parser, bytes, fed);
        if (result != 0 || fed == vector->length) {
            break;
        }
        fed += step < vector->length - fed ? step : vector->length - fed;
    }
    __asan_unpoison_memory_region(bytes, vector->length);
    describe(got, sizeof got, &parser, result, vector->length);
    snprintf(how, sizeof how, "cut at %u, then %u", (unsigned)cut, (unsigned)step);
    compare(vector, got, how);
    free(bytes);
}

static void check_vector(const struct vector *vector)
{
    replay(vector, vector->length, vector->length);
    replay(vector, 0, 1);
    for (size_t cut = 0; cut < vector->length; cut++) {
        replay(vector, cut, vector->length);
    }
}

static void test_vectors(void **state)
{
    (void)state;
    assert_true(vectors_each(VECTORS_FILE, check_vector) > 60);
}

/* A parser that is used again remembers nothing. */
static void test_reset(void **state)
{
    static const char length[] = "POST http://a/x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                                 "Expect: 100-continue\r\nConnection: close\r\n\r\n";
    static const char chunks[] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    static const char second[] = "GET / HTTP/1.1\r\nHost: b\r\n\r\n";
    struct parser parser;

    (void)state;
    parser_reset(&parser);
    assert_int_equal(parser_parse(&parser, length, sizeof length - 1), sizeof length - 1);
    parser_reset(&parser);
    assert_int_equal(parser_parse(&parser, chunks, sizeof chunks - 1), sizeof chunks - 1);
    parser_reset(&parser);
    assert_int_equal(parser_parse(&parser, second, sizeof second - 1), sizeof second - 1);
    assert_false(parser.request.has_length);
    assert_false(parser.request.absolute);
    assert_false(parser.request.chunked);
    assert_false(parser.request.expects_continue);
    assert_true(parser.request.keep_alive);
    assert_int_equal(parser.request.field_count, 1);
    assert_int_equal(parser.request.query.length, 0);
    assert_int_equal(parser.request.host.start[0], 'b');
}

/* No byte may crash it, and none of the control characters may pass in a head. */
static void test_every_byte(void **state)
{
    static const char shape[] = "GET /a?b HTTP/1.1\r\nHost: h\r\nX-A: bc\r\n\r\n";

    (void)state;
    for (size_t at = 0; at < sizeof shape - 1; at++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[sizeof shape];
            struct parser parser;
            int result;

            memcpy(text, shape, sizeof shape);
            text[at] = (char)byte;
            parser_reset(&parser);
            result = parser_parse(&parser, text, sizeof text - 1);
            if (byte != (unsigned char)shape[at] && (byte < ' ' || byte == 0x7f) && byte != '\t' &&
                !(at == 0 && byte == '\r')) {
                assert_true(result <= 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_reset),
        cmocka_unit_test(test_every_byte),
    };

    return cmocka_run_group_tests_name("parser", tests, NULL, NULL);
}
