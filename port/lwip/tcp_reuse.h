/* A client may come again from a port that an old connection of its, closed a moment ago, still holds here in
 * TIME-WAIT: RFC 1122, 4.2.2.13, and RFC 9293, 3.6.1.  lwIP would not answer it for two minutes. */
#ifndef TCP_REUSE_H
#define TCP_REUSE_H

#include "lwip/netif.h"
#include "lwip/pbuf.h"

/* lwIP's LWIP_HOOK_IP4_INPUT.  Looks at a packet, which stays lwIP's, and forgets the old connection when the
 * packet begins a new one.  Returns 0: lwIP goes on with it. */
int tcp_reuse_input(struct pbuf *packet, struct netif *netif);

#endif
