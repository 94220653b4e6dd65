/* The network of the device: one Ethernet interface under lwIP. */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdbool.h>
#include <stdint.h>

struct ethernet_counters;

/* Starts lwIP, the board's interface and DHCP.  Without an answer in five seconds
 * the board's static address is used, until DHCP does answer.  Returns at once: 0, or a
 * port_error (no interface, no entropy). */
int lwip_port_start(void);

/* Hands received frames to lwIP and runs its timers.  Never blocks; does nothing
 * when called again from one of its own callbacks.  Returns whether a frame came. */
bool lwip_port_poll(void);

/* Milliseconds until lwip_port_poll() has a timer to run, at most UINT32_MAX. */
uint32_t lwip_port_next_timeout_ms(void);

/* The device's IPv4 address as text, NULL as long as it has none.  Static; changes
 * with the address. */
const char *lwip_port_address(void);

/* A static pool: how much of it is in use, for memory that has to come back. */
struct lwip_port_pool {
    const char *name;      /* static */
    unsigned used, size;   /* elements; of the heap MEM: bytes */
    unsigned most, failed; /* the most that were in use, and how often there was none left */
};

/* The index-th of the pools of lwIP and of the TCP transport.  Returns false past the last. */
bool lwip_port_pool(unsigned index, struct lwip_port_pool *pool);

/* What the interface has counted since the start; static, live.  NULL before lwip_port_start(). */
const struct ethernet_counters *lwip_port_counters(void);

#endif
