/* Tickets that let a client resume a session (RFC 5077; RFC 8446, section 4.6.1), under keys that only the RAM knows. */
#ifndef TICKETS_H
#define TICKETS_H

#include "arena.h"
#include "mbedtls/ssl.h"

/* Makes the first key, in arena, which outlives all sessions.  Returns 0, or an error of mbedTLS's. */
int tickets_start(struct arena *arena);

/* mbedTLS's callbacks, see mbedtls_ssl_conf_session_tickets_cb(); the first argument is not used. */
int tickets_write(void *unused, const mbedtls_ssl_session *session, unsigned char *start, const unsigned char *end,
                  size_t *length, uint32_t *lifetime);
int tickets_parse(void *unused, mbedtls_ssl_session *session, unsigned char *ticket, size_t length);

#endif
