/* Asks port/field.h and the curves of port/mbedtls: a line `operation operand operand` on the console, an answer in
 * hexadecimal.  See tests/system/test_curves.py. */
#include "shell.h"

#include <stdio.h>
#include <string.h>

#include "field.h"
#include "p256.h"
#include "x25519.h"

enum { NAME_BYTES = 8, MOST_BYTES = P256_POINT_BYTES };

static unsigned from_hex(uint8_t *bytes, const char *text)
{
    unsigned length = 0, byte;
    while (length < MOST_BYTES && sscanf(text + 2 * length, "%2x", &byte) == 1)
        bytes[length++] = (uint8_t)byte;
    return length;
}

static void print(const uint8_t *bytes, unsigned length)
{
    for (unsigned i = 0; i < length; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

static void reverse(uint8_t *to, const uint8_t *from)
{
    for (unsigned i = 0; i < sizeof(field_number); i++)
        to[i] = from[sizeof(field_number) - 1 - i];
}

typedef void operation(field_number result, const field_number a, const field_number b);

static void multiply_small(field_number result, const field_number a, const field_number b)
{
    field25519_multiply_small(result, a, b[0]);
}

static const struct {
    const char *name;
    operation *run;
} operations[] = {
    {"add25", field25519_add},           {"sub25", field25519_subtract}, {"mul25", field25519_multiply},
    {"small25", multiply_small},         {"add256", field256_add},       {"sub256", field256_subtract},
    {"mul256", field256_multiply},
};

/* Numbers are little-endian in memory on both machines, and big-endian in text. */
static void calculate(const char *name, const uint8_t *left, const uint8_t *right)
{
    field_number a, b, result;
    uint8_t answer[sizeof result];
    reverse((uint8_t *)a, left);
    reverse((uint8_t *)b, right);
    for (unsigned i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(name, operations[i].name) == 0)
            operations[i].run(result, a, b);
    reverse(answer, (const uint8_t *)result);
    print(answer, sizeof answer);
}

void shell_obey(const char *line)
{
    char name[NAME_BYTES], left_text[2 * MOST_BYTES + 1], right_text[2 * MOST_BYTES + 1];
    uint8_t left[MOST_BYTES] = {0}, right[MOST_BYTES] = {0}, result[MOST_BYTES];
    if (sscanf(line, "%7s %128s %128s", name, left_text, right_text) != 3) {
        printf("?\n");
        return;
    }
    from_hex(left, left_text);
    from_hex(right, right_text);
    if (strcmp(name, "x25519") == 0) {
        int error = x25519_multiply(result, left, right);
        error < 0 ? (void)printf("none\n") : print(result, X25519_BYTES);
    } else if (strcmp(name, "p256") == 0) {
        int error = p256_multiply(result, left, right);
        error < 0 ? (void)printf("none\n") : print(result, P256_POINT_BYTES);
    } else {
        calculate(name, left, right);
    }
}
