/* port/mbedtls/arena.h over malloc(), so that the sanitizers see every block: its bounds, its end, and whether it has one.
 * An arena is full when that of the device would be, but for gaps. */
#ifndef TLS_MEMORY_H
#define TLS_MEMORY_H

#include <stddef.h>

#include "arena.h"

/* The nth allocation from now on that the device makes (tls_board.h) fails; 0: none does. */
void memory_fail(unsigned nth);

/* Forgets what is left of sessions after a failure: mbedTLS does not give everything back then, and need not, since a
 * session's arena begins anew.  The first arena, which outlives sessions, is left alone. */
void memory_settle(void);

/* Bytes that are in use, of all arenas together. */
size_t memory_used(void);

#endif
