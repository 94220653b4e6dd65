/* Arithmetic in the fields of the curves that TLS uses: what nearly all of a handshake's instructions are.
 *
 * A number has eight words, the least significant first.  Every function takes the same time whatever the numbers are;
 * result may be one of the operands.  None blocks or fails.  An architecture supplies them: port/armv7m in assembly,
 * field.c for any other. */
#ifndef FIELD_H
#define FIELD_H

#include <stdint.h>

enum { FIELD_WORDS = 8 };

typedef uint32_t field_number[FIELD_WORDS];

/* Modulo p = 2^255 - 19 (RFC 7748).  Operands and results are below 2^256; to be the same they need not have the same
 * words, until the caller subtracts p as often as it goes. */
void field25519_add(field_number result, const field_number a, const field_number b);
void field25519_subtract(field_number result, const field_number a, const field_number b);
void field25519_multiply(field_number result, const field_number a, const field_number b);
void field25519_multiply_small(field_number result, const field_number a, uint32_t b);

/* Modulo p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (FIPS 186-4, section D.1.2.3).  Operands and results are below p.
 * field256_multiply() gives a * b / 2^256, as Montgomery has it. */
void field256_add(field_number result, const field_number a, const field_number b);
void field256_subtract(field_number result, const field_number a, const field_number b);
void field256_multiply(field_number result, const field_number a, const field_number b);

#endif
