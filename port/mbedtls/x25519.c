#include "x25519.h"

#include <string.h>

#include "field.h"
#include "mbedtls/platform_util.h"

enum { HIGHEST_BIT = 254, A24 = 121665 /* (486662 - 2) / 4, section 5 */ };

#define add field25519_add
#define subtract field25519_subtract
#define multiply field25519_multiply

static void read(field_number number, const uint8_t bytes[X25519_BYTES])
{
    for (unsigned i = 0; i < FIELD_WORDS; i++, bytes += 4)
        number[i] = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Takes 2^255 off, which is 19, and then p once if the number is not below it. */
static void reduce(field_number number)
{
    field_number below;
    uint64_t carry = 19 * (uint64_t)(number[7] >> 31);
    number[7] &= 0x7fffffff;
    for (unsigned i = 0; i < FIELD_WORDS; i++, carry >>= 32)
        number[i] = (uint32_t)(carry += number[i]);
    carry = 19;
    for (unsigned i = 0; i < FIELD_WORDS; i++, carry >>= 32)
        below[i] = (uint32_t)(carry += number[i]);
    uint32_t take = -(below[7] >> 31); /* number + 19 reaches 2^255: number reaches p */
    below[7] &= 0x7fffffff;
    for (unsigned i = 0; i < FIELD_WORDS; i++)
        number[i] = (below[i] & take) | (number[i] & ~take);
}

/* Returns all bytes that are not 0, by OR. */
static uint8_t write(uint8_t bytes[X25519_BYTES], field_number number)
{
    uint8_t any = 0;
    reduce(number);
    for (unsigned i = 0; i < X25519_BYTES; i++)
        any |= bytes[i] = (uint8_t)(number[i / 4] >> 8 * (i % 4));
    return any;
}

static void square_times(field_number result, const field_number a, unsigned times)
{
    multiply(result, a, a);
    while (--times > 0)
        multiply(result, result, result);
}

/* result = a^(2^255 - 21) = 1 / a, with 254 squarings and 11 multiplications; names are exponents, n0 = 2^n - 1. */
static void invert(field_number result, const field_number a)
{
    field_number a9, a11, ones5, ones10, ones50, power;
    square_times(power, a, 1);
    square_times(a9, power, 2);
    multiply(a9, a9, a);
    multiply(a11, a9, power);
    square_times(ones5, a11, 1);
    multiply(ones5, ones5, a9);
    square_times(ones10, ones5, 5);
    multiply(ones10, ones10, ones5);
    square_times(power, ones10, 10);
    multiply(power, power, ones10); /* 20 ones */
    square_times(ones50, power, 20);
    multiply(ones50, ones50, power);
    square_times(ones50, ones50, 10);
    multiply(ones50, ones50, ones10);
    square_times(power, ones50, 50);
    multiply(power, power, ones50); /* 100 ones */
    square_times(a9, power, 100);
    multiply(power, a9, power);
    square_times(power, power, 50);
    multiply(power, power, ones50); /* 250 ones */
    square_times(power, power, 5);
    multiply(result, power, a11);
}

static inline void swap(field_number a, field_number b, uint32_t bit)
{
#pragma GCC unroll 8
    for (unsigned i = 0; i < FIELD_WORDS; i++) {
        uint32_t change = (a[i] ^ b[i]) & -bit;
        a[i] ^= change;
        b[i] ^= change;
    }
}

/* Two points, x2 / z2 and x3 / z3, whose difference is u. */
struct ladder {
    field_number u, x2, z2, x3, z3;
};

/* A step of section 5: the first point is doubled, the second is their sum. */
static void step(struct ladder *at)
{
    field_number a, b, aa, bb, da, cb;
    add(a, at->x2, at->z2);
    subtract(b, at->x2, at->z2);
    add(cb, at->x3, at->z3);
    subtract(da, at->x3, at->z3);
    multiply(da, da, a);
    multiply(cb, cb, b);
    multiply(aa, a, a);
    multiply(bb, b, b);
    add(at->x3, da, cb);
    multiply(at->x3, at->x3, at->x3);
    subtract(at->z3, da, cb);
    multiply(at->z3, at->z3, at->z3);
    multiply(at->z3, at->z3, at->u);
    multiply(at->x2, aa, bb);
    subtract(bb, aa, bb);
    field25519_multiply_small(at->z2, bb, A24);
    add(at->z2, at->z2, aa);
    multiply(at->z2, at->z2, bb);
}

int x25519_multiply(uint8_t result[X25519_BYTES], const uint8_t number[X25519_BYTES], const uint8_t u[X25519_BYTES])
{
    struct ladder at = {.x2 = {1}, .z3 = {1}};
    uint32_t last = 0;
    read(at.u, u);
    at.u[7] &= 0x7fffffff;
    memcpy(at.x3, at.u, sizeof at.u);
    for (unsigned i = HIGHEST_BIT + 1; i-- > 0;) {
        uint32_t bit = number[i / 8] >> i % 8 & 1;
        bit = i < 3 ? 0 : i == HIGHEST_BIT ? 1 : bit;
        swap(at.x2, at.x3, bit ^ last);
        swap(at.z2, at.z3, bit ^ last);
        last = bit;
        step(&at);
    }
    invert(at.z2, at.z2); /* the last bit is 0: nothing is swapped any more */
    multiply(at.x2, at.x2, at.z2);
    int answer = write(result, at.x2) != 0 ? 0 : -1;
    mbedtls_platform_zeroize(&at, sizeof at);
    return answer;
}
