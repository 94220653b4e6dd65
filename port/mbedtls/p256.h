/* Multiplication on the curve P-256 (FIPS 186-4, section D.1.2.3).  Constant time: neither branches nor addresses depend
 * on what is secret. */
#ifndef P256_H
#define P256_H

#include <stdint.h>

enum { P256_NUMBER_BYTES = 32, P256_POINT_BYTES = 64 };

/* result = number * point; big-endian, a point is x and y.  The point must lie on the curve, which the caller has checked;
 * the number may be any.  Some 1.4 million instructions on ARMv7E-M, and 3 KB of stack.  Returns 0, or -1 when the result
 * is the point at infinity, which has no x and y: the number is a multiple of the curve's order. */
int p256_multiply(uint8_t result[P256_POINT_BYTES], const uint8_t number[P256_NUMBER_BYTES],
                  const uint8_t point[P256_POINT_BYTES]);

#endif
