/* The formulas are those of J. Renes, C. Costello and L. Batina, "Complete addition formulas for prime order elliptic
 * curves" (2016), algorithms 4 and 6: they hold for all points, so that there is no case to tell apart. */
#include "p256.h"

#include <string.h>

#include "field.h"
#include "mbedtls/platform_util.h"

enum { WINDOW_BITS = 4, MULTIPLES = 1 << WINDOW_BITS, NUMBER_BITS = 256 };

/* x / z and y / z; z is 0 at infinity.  Numbers as Montgomery has them: times 2^256. */
struct point {
    field_number x, y, z;
};

static const field_number b = {0x29c4bddf, 0xd89cdf62, 0x78843090, 0xacf005cd,
                               0xf7212ed6, 0xe5a220ab, 0x04874834, 0xdc30061d};
static const field_number one = {0x00000001, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xfffffffe, 0};
static const field_number square_of_radix = {0x00000003, 0,          0xffffffff, 0xfffffffb,
                                             0xfffffffe, 0xffffffff, 0xfffffffd, 0x00000004}; /* 2^512 */
static const field_number prime_less_2 = {0xfffffffd, 0xffffffff, 0xffffffff, 0, 0, 0, 1, 0xffffffff};

#define plus field256_add
#define minus field256_subtract
#define times field256_multiply

/* Algorithm 4.  The result may be one of the points. */
static void add(struct point *result, const struct point *p, const struct point *q)
{
    field_number t0, t1, t2, t3, t4, x, y, z;
    times(t0, p->x, q->x);
    times(t1, p->y, q->y);
    times(t2, p->z, q->z);
    plus(t3, p->x, p->y), plus(t4, q->x, q->y), times(t3, t3, t4);
    plus(t4, t0, t1), minus(t3, t3, t4);
    plus(t4, p->y, p->z), plus(x, q->y, q->z), times(t4, t4, x);
    plus(x, t1, t2), minus(t4, t4, x);
    plus(x, p->x, p->z), plus(y, q->x, q->z), times(x, x, y);
    plus(y, t0, t2), minus(y, x, y);
    times(z, b, t2), minus(x, y, z);
    plus(z, x, x), plus(x, x, z);
    minus(z, t1, x), plus(x, t1, x);
    times(y, b, y);
    plus(t1, t2, t2), plus(t2, t1, t2);
    minus(y, y, t2), minus(y, y, t0);
    plus(t1, y, y), plus(y, t1, y);
    plus(t1, t0, t0), plus(t0, t1, t0), minus(t0, t0, t2);
    times(t1, t4, y), times(t2, t0, y);
    times(y, x, z), plus(result->y, y, t2);
    times(x, t3, x), minus(result->x, x, t1);
    times(z, t4, z), times(t1, t3, t0), plus(result->z, z, t1);
}

/* Algorithm 6. */
static void twice(struct point *p)
{
    field_number t0, t1, t2, t3, x, y, z;
    times(t0, p->x, p->x);
    times(t1, p->y, p->y);
    times(t2, p->z, p->z);
    times(t3, p->x, p->y), plus(t3, t3, t3);
    times(z, p->x, p->z), plus(z, z, z);
    times(y, b, t2), minus(y, y, z);
    plus(x, y, y), plus(y, x, y);
    minus(x, t1, y), plus(y, t1, y);
    times(y, x, y), times(x, x, t3);
    plus(t3, t2, t2), plus(t2, t2, t3);
    times(z, b, z), minus(z, z, t2), minus(z, z, t0);
    plus(t3, z, z), plus(z, z, t3);
    plus(t3, t0, t0), plus(t0, t3, t0), minus(t0, t0, t2);
    times(t0, t0, z), plus(y, y, t0);
    times(t0, p->y, p->z), plus(t0, t0, t0);
    times(z, t0, z), minus(p->x, x, z);
    times(z, t0, t1), plus(z, z, z), plus(p->z, z, z);
    memcpy(p->y, y, sizeof y);
}

/* result = 1 / a by Fermat: a^(p - 2).  The exponent is no secret. */
static void invert(field_number result, const field_number a)
{
    field_number power;
    memcpy(power, one, sizeof power);
    for (unsigned i = NUMBER_BITS; i-- > 0;) {
        times(power, power, power);
        if (prime_less_2[i / 32] >> i % 32 & 1)
            times(power, power, a);
    }
    memcpy(result, power, sizeof power);
}

static void read(field_number number, const uint8_t bytes[P256_NUMBER_BYTES])
{
    for (unsigned i = FIELD_WORDS; i-- > 0; bytes += 4)
        number[i] = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    times(number, number, square_of_radix);
}

static void write(uint8_t bytes[P256_NUMBER_BYTES], const field_number number)
{
    static const field_number plain_one = {1};
    field_number plain;
    times(plain, number, plain_one);
    for (unsigned i = 0; i < P256_NUMBER_BYTES; i++)
        bytes[i] = (uint8_t)(plain[FIELD_WORDS - 1 - i / 4] >> (24 - 8 * (i % 4)));
}

/* Looks at all of them, so that nobody can see which one was wanted. */
static void choose(struct point *chosen, const struct point multiples[MULTIPLES], uint32_t index)
{
    memset(chosen, 0, sizeof *chosen);
    for (uint32_t i = 0; i < MULTIPLES; i++) {
        uint32_t difference = i ^ index;
        uint32_t mask = (difference - 1) >> 31; /* 1 for 0 */
        for (unsigned word = 0; word < FIELD_WORDS; word++) {
            chosen->x[word] |= multiples[i].x[word] & -mask;
            chosen->y[word] |= multiples[i].y[word] & -mask;
            chosen->z[word] |= multiples[i].z[word] & -mask;
        }
    }
}

/* 0, 1, 2 ... 15 times the point. */
static void make_multiples(struct point multiples[MULTIPLES], const uint8_t point[P256_POINT_BYTES])
{
    memset(multiples, 0, 2 * sizeof *multiples);
    memcpy(multiples[0].y, one, sizeof one); /* infinity is 0 : 1 : 0 */
    read(multiples[1].x, point);
    read(multiples[1].y, point + P256_NUMBER_BYTES);
    memcpy(multiples[1].z, one, sizeof one);
    for (unsigned i = 2; i < MULTIPLES; i++)
        add(&multiples[i], &multiples[i - 1], &multiples[1]);
}

int p256_multiply(uint8_t result[P256_POINT_BYTES], const uint8_t number[P256_NUMBER_BYTES],
                  const uint8_t point[P256_POINT_BYTES])
{
    struct point multiples[MULTIPLES], sum, part;
    make_multiples(multiples, point);
    sum = multiples[0];
    for (unsigned i = 0; i < NUMBER_BITS / WINDOW_BITS; i++) {
        for (unsigned bit = 0; bit < WINDOW_BITS; bit++)
            twice(&sum);
        choose(&part, multiples, number[i / 2] >> (i % 2 ? 0 : WINDOW_BITS) & (MULTIPLES - 1));
        add(&sum, &sum, &part);
    }
    uint32_t any = 0;
    for (unsigned i = 0; i < FIELD_WORDS; i++)
        any |= sum.z[i];
    invert(sum.z, sum.z);
    times(sum.x, sum.x, sum.z);
    times(sum.y, sum.y, sum.z);
    write(result, sum.x);
    write(result + P256_NUMBER_BYTES, sum.y);
    mbedtls_platform_zeroize(&sum, sizeof sum);
    mbedtls_platform_zeroize(&part, sizeof part);
    return any != 0 ? 0 : -1;
}
