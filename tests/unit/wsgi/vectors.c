#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 4096 };

static void stop(const struct vector *vector, const char *why)
{
    fprintf(stderr, "vector '%s': %s\n", vector->title, why);
    exit(2);
}

static void add_byte(struct vector *vector, char byte)
{
    if (vector->length == sizeof vector->bytes) {
        stop(vector, "too long");
    }
    vector->bytes[vector->length++] = byte;
}

/* \{text*count}; returns what follows it. */
static const char *add_repeated(struct vector *vector, const char *text)
{
    const char *star = strchr(text, '*');
    char *end;
    long count = star == NULL ? 0 : strtol(star + 1, &end, 10);

    if (star == NULL || *end != '}') {
        stop(vector, "malformed repetition");
    }
    while (count-- > 0) {
        for (const char *p = text; p < star; p++) {
            add_byte(vector, *p);
        }
    }
    return end + 1;
}

static void add_line(struct vector *vector, const char *line)
{
    static const char names[] = "rnt0\\", values[] = "\r\n\t\0\\";

    while (*line != '\0' && *line != '\n') {
        const char *name;

        if (*line != '\\') {
            add_byte(vector, *line++);
        } else if (line[1] == '{') {
            line = add_repeated(vector, line + 2);
        } else if (line[1] == 'x') {
            char digits[3] = {line[2], line[3], '\0'};

            add_byte(vector, (char)strtol(digits, NULL, 16));
            line += 4;
        } else {
            name = strchr(names, line[1]);
            if (name == NULL) {
                stop(vector, "unknown escape");
            }
            add_byte(vector, values[name - names]);
            line += 2;
        }
    }
}

unsigned vectors_each(const char *path, void (*each)(const struct vector *vector))
{
    static struct vector vector;
    static char line[LINE_BYTES];
    enum { TEXT, HTTP, EXPECT } block = TEXT;
    unsigned count = 0;
    FILE *file = fopen(path, "r");

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "```", 3) == 0) {
            if (block == EXPECT) {
                each(&vector);
                count++;
            }
            block = strncmp(line, "```http", 7) == 0 ? HTTP : strncmp(line, "```expect", 9) == 0 ? EXPECT : TEXT;
        } else if (block == HTTP) {
            add_line(&vector, line);
        } else if (block == EXPECT) {
            if (strlen(vector.expect) + strlen(line) >= sizeof vector.expect) {
                stop(&vector, "expectation too long");
            }
            strcat(vector.expect, line);
        } else if (strncmp(line, "## ", 3) == 0) {
            memset(&vector, 0, sizeof vector);
            snprintf(vector.title, sizeof vector.title, "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
        }
    }
    fclose(file);
    return count;
}
