/* For architectures that have nothing better. */
#include "field.h"

#include <string.h>

enum { WORD_BITS = 32, TWICE_19 = 38 /* 2^256 modulo 2^255 - 19 */ };

static const field_number prime256 = {0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 1, 0xffffffff};

/* sum = a + b; returns what is carried out of it. */
static uint32_t add(field_number sum, const field_number a, const field_number b)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < FIELD_WORDS; i++) {
        carry += (uint64_t)a[i] + b[i];
        sum[i] = (uint32_t)carry;
        carry >>= WORD_BITS;
    }
    return (uint32_t)carry;
}

/* difference = a - b; returns 1 when that is below 0, else 0. */
static uint32_t subtract(field_number difference, const field_number a, const field_number b)
{
    uint64_t borrow = 0;
    for (unsigned i = 0; i < FIELD_WORDS; i++) {
        uint64_t word = (uint64_t)a[i] - b[i] - borrow;
        difference[i] = (uint32_t)word;
        borrow = word >> 63;
    }
    return (uint32_t)borrow;
}

/* sum += a * b; returns what is carried out of it. */
static uint32_t multiply_add(field_number sum, const field_number a, uint32_t b)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i < FIELD_WORDS; i++) {
        carry += (uint64_t)a[i] * b + sum[i];
        sum[i] = (uint32_t)carry;
        carry >>= WORD_BITS;
    }
    return (uint32_t)carry;
}

static void add_word(field_number number, uint32_t word)
{
    field_number words = {word};
    number[0] += add(number, number, words) * TWICE_19; /* after an overflow there is room for that */
}

void field25519_add(field_number result, const field_number a, const field_number b)
{
    add_word(result, add(result, a, b) * TWICE_19);
}

void field25519_subtract(field_number result, const field_number a, const field_number b)
{
    field_number less = {subtract(result, a, b) * TWICE_19};
    uint32_t again = subtract(result, result, less);
    result[0] -= again * TWICE_19;
}

void field25519_multiply_small(field_number result, const field_number a, uint32_t b)
{
    field_number product = {0};
    uint32_t high = multiply_add(product, a, b);
    const field_number fold = {high};
    uint32_t higher = multiply_add(product, fold, TWICE_19);
    add_word(product, higher * TWICE_19);
    memcpy(result, product, sizeof product);
}

void field25519_multiply(field_number result, const field_number a, const field_number b)
{
    uint32_t product[2 * FIELD_WORDS] = {0};
    for (unsigned i = 0; i < FIELD_WORDS; i++)
        product[i + FIELD_WORDS] = multiply_add(product + i, a, b[i]);
    uint32_t high = multiply_add(product, product + FIELD_WORDS, TWICE_19);
    add_word(product, high * TWICE_19);
    memcpy(result, product, sizeof(field_number));
}

/* number, and `above` times 2^256, is below 2 p. */
static void reduce256(field_number result, const field_number number, uint32_t above)
{
    field_number reduced;
    uint32_t keep = -(uint32_t)(above < subtract(reduced, number, prime256));
    for (unsigned i = 0; i < FIELD_WORDS; i++)
        result[i] = (number[i] & keep) | (reduced[i] & ~keep);
}

void field256_add(field_number result, const field_number a, const field_number b)
{
    field_number sum;
    uint32_t above = add(sum, a, b);
    reduce256(result, sum, above);
}

void field256_subtract(field_number result, const field_number a, const field_number b)
{
    field_number prime, difference;
    uint32_t below = -subtract(difference, a, b);
    for (unsigned i = 0; i < FIELD_WORDS; i++)
        prime[i] = prime256[i] & below;
    add(result, difference, prime);
}

/* After each word of b so much of p is added that the lowest word is 0, and drops out. */
void field256_multiply(field_number result, const field_number a, const field_number b)
{
    uint32_t sum[2 * FIELD_WORDS + 1] = {0};
    for (unsigned i = 0; i < FIELD_WORDS; i++) {
        uint32_t *part = sum + i;
        uint64_t top = (uint64_t)part[FIELD_WORDS] + multiply_add(part, a, b[i]);
        top += multiply_add(part, prime256, part[0]);
        part[FIELD_WORDS] = (uint32_t)top;
        part[FIELD_WORDS + 1] = (uint32_t)(top >> WORD_BITS);
    }
    reduce256(result, sum + FIELD_WORDS, sum[2 * FIELD_WORDS]);
}
