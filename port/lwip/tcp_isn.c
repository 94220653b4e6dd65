#include "tcp_isn.h"

#include <string.h>

#include "port.h"

enum { CLOCK_US = 4 /* RFC 6528: the clock ticks every four microseconds */ };

static uint64_t secret[2];

void tcp_isn_start(const uint8_t bytes[TCP_ISN_SECRET_BYTES])
{
    memcpy(secret, bytes, sizeof secret);
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static void rounds(uint64_t v[4], unsigned count)
{
    while (count-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32) + v[3];
        v[2] += v[1];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
}

uint64_t tcp_isn_hash(const uint64_t key[2], const uint64_t *words, unsigned count)
{
    uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                     key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};
    for (unsigned i = 0; i < count; i++)
        absorb(v, words[i]);
    absorb(v, (uint64_t)(count * 8) << 56);
    v[2] ^= 0xFF;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

u32_t tcp_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip, u16_t remote_port)
{
    const uint64_t words[2] = {
        (uint64_t)ip4_addr_get_u32(ip_2_ip4(local_ip)) << 32 | ip4_addr_get_u32(ip_2_ip4(remote_ip)),
        (uint64_t)local_port << 16 | remote_port,
    };
    return (u32_t)(port_micros() / CLOCK_US) + (u32_t)tcp_isn_hash(secret, words, 2);
}
