/* The network interface of the process: lwIP's driver (ethernet.h) over a link. */
#ifndef HOST_ETHERNET_H
#define HOST_ETHERNET_H

#include <stdbool.h>
#include <stdint.h>

#include "link.h"

struct netif;

enum { HOST_ETHERNET_MAC_BYTES = 6 };

/* Opens the link and makes it the interface's.  There is one interface. */
void host_ethernet_start(struct netif *netif, const struct link *link, const uint8_t mac[HOST_ETHERNET_MAC_BYTES]);

/* Whether a frame waits to be received. */
bool host_ethernet_pending(void);

#endif
