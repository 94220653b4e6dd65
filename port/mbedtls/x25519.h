/* Multiplication on Curve25519 (RFC 7748).  Constant time: neither branches nor addresses depend on what is secret. */
#ifndef X25519_H
#define X25519_H

#include <stdint.h>

enum { X25519_BYTES = 32 };

/* result = number * the point whose u is given, as section 5 has it: little-endian, the number's bits set as there, the
 * highest bit of u ignored.  Some 700,000 instructions on ARMv7E-M.  Returns 0, or -1 when the result is 0: the point was
 * one of the few that tell nothing of the number (section 6.1). */
int x25519_multiply(uint8_t result[X25519_BYTES], const uint8_t number[X25519_BYTES], const uint8_t u[X25519_BYTES]);

#endif
