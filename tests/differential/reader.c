/* This server's reading of byte streams: its parser and its bodies, as connection.c uses them.
 *
 *   reader FILE    FILE: streams, each behind its length (32 bits, little-endian)
 *
 * Prints a line of JSON for each: the requests in it and how it ends. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "parser.h"

enum { LONGEST = 1 << 20 };

static void print_hex(const char *name, const char *bytes, size_t length, const char *end)
{
    printf("\"%s\":\"", name);
    for (size_t i = 0; i < length; i++)
        printf("%02x", (unsigned char)bytes[i]);
    printf("\"%s", end);
}

static void print_fields(const struct request *request)
{
    printf("\"fields\":[");
    for (unsigned i = 0; i < request->field_count; i++) {
        const struct field *field = &request->fields[i];
        printf("%s{", i > 0 ? "," : "");
        print_hex("name", field->name.start, field->name.length, ",");
        print_hex("value", field->value.start, field->value.length, "}");
    }
    printf("],");
}

/* The target as it was sent: between the two spaces of the line. */
static struct slice target_of(const struct request *request)
{
    const char *start = (const char *)memchr(request->line.start, ' ', request->line.length) + 1;
    const char *end = request->line.start + request->line.length;
    return (struct slice){start, (size_t)((const char *)memchr(start, ' ', (size_t)(end - start)) - start)};
}

static void print_request(const struct request *request, const char *body, size_t length, bool first)
{
    struct slice target = target_of(request);
    printf("%s{", first ? "" : ",");
    print_hex("method", request->method.start, request->method.length, ",");
    print_hex("target", target.start, target.length, ",");
    print_fields(request);
    print_hex("body", body, length, "}");
}

/* Reads one request of a stream of len bytes.  Returns how many of them are its own, 0 when it is not complete, or a
 * parser_error. */
static int read_request(const char *stream, size_t len, char *data, struct parser *parser, size_t *body_length)
{
    struct body body;
    size_t used;
    parser_reset(parser);
    int head = parser_parse(parser, stream, len < PARSER_HEAD_BYTES ? len : PARSER_HEAD_BYTES);
    if (head <= 0)
        return head;
    body_begin(&body, parser->request.chunked, parser->request.content_length);
    int n = body_decode(&body, data, stream + head, len - (size_t)head, &used);
    if (n < 0)
        return n;
    *body_length = (size_t)n;
    return body_is_over(&body) ? head + (int)used : 0;
}

static void read_stream(const char *stream, size_t len)
{
    static char data[LONGEST];
    struct parser parser;
    size_t at = 0, body_length;
    const char *state = "waits";
    int error = 0;
    printf("{\"requests\":[");
    while (at < len) {
        int used = read_request(stream + at, len - at, data, &parser, &body_length);
        if (used <= 0) {
            error = used;
            state = used < 0 ? "refuses" : "incomplete";
            break;
        }
        print_request(&parser.request, data, body_length, at == 0);
        at += (size_t)used;
        if (!parser.request.keep_alive) {
            state = "closes";
            break;
        }
    }
    printf("],\"state\":\"%s\",\"why\":\"%s\"}\n", state, error < 0 ? parser_explain(error) : "");
}

int main(int argc, char **argv)
{
    static char stream[LONGEST];
    unsigned char size[4];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL)
        return EXIT_FAILURE;
    while (fread(size, 1, sizeof size, file) == sizeof size) {
        size_t len = size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
        if (len > sizeof stream || fread(stream, 1, len, file) != len)
            return EXIT_FAILURE;
        char *exact = malloc(len > 0 ? len : 1); /* so that the sanitizer sees a byte too many */
        memcpy(exact, stream, len);
        read_stream(exact, len);
        free(exact);
    }
    fclose(file);
    return EXIT_SUCCESS;
}
