/* TCP's initial sequence numbers, by RFC 6528: a clock plus a keyed hash of the
 * connection, so that nobody outside can guess one. */
#ifndef TCP_ISN_H
#define TCP_ISN_H

#include <stdint.h>

#include "lwip/ip_addr.h"

enum { TCP_ISN_SECRET_BYTES = 16 };

/* Sets the secret, which is copied.  Before that, numbers can be guessed. */
void tcp_isn_start(const uint8_t secret[TCP_ISN_SECRET_BYTES]);

/* lwIP's LWIP_HOOK_TCP_ISN. */
u32_t tcp_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip, u16_t remote_port);

/* SipHash-2-4 (Aumasson, Bernstein 2012) of whole 64-bit words; here for its test. */
uint64_t tcp_isn_hash(const uint64_t key[2], const uint64_t *words, unsigned count);

#endif
