/* The one source of random numbers, for handshakes, keys and tickets: AES-CTR (NIST SP 800-90A), seeded from the board's
 * entropy and again after every MBEDTLS_CTR_DRBG_RESEED_INTERVAL draws.  When there is no entropy then, a draw fails, and
 * the handshake that wanted it. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>

#include "arena.h"

/* Seeds it.  What it allocates, at any time, comes from arena, which outlives all sessions.  Returns 0, or an error of
 * mbedTLS's. */
int random_start(struct arena *arena);

/* Draws length bytes, at most MBEDTLS_CTR_DRBG_MAX_REQUEST, whichever arena is entered; mbedTLS's f_rng.  Returns 0, or an
 * error of mbedTLS's. */
int random_draw(void *unused, unsigned char *output, size_t length);

#endif
