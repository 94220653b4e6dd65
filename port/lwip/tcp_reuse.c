/* New connections in the place of old ones; the header has the interface.  The checksum is not looked at yet: the
 * worst that a broken packet does is that an old connection is forgotten early. */
#include "tcp_reuse.h"

#include <stdbool.h>

#include "lwip/ip4.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"

/* Whether a segment is from the peer of a connection, and begins beyond everything that came over it: an old
 * duplicate does not. */
static bool succeeds(const struct tcp_pcb *old, const struct ip_hdr *ip, const struct tcp_hdr *tcp)
{
    return old->remote_port == lwip_ntohs(tcp->src) && old->local_port == lwip_ntohs(tcp->dest) &&
           ip_2_ip4(&old->remote_ip)->addr == ip->src.addr && ip_2_ip4(&old->local_ip)->addr == ip->dest.addr &&
           TCP_SEQ_GT(lwip_ntohl(tcp->seqno), old->rcv_nxt);
}

int tcp_reuse_input(struct pbuf *packet, struct netif *netif)
{
    struct ip_hdr ip;
    struct tcp_hdr tcp;
    LWIP_UNUSED_ARG(netif);
    if (pbuf_copy_partial(packet, &ip, sizeof ip, 0) != sizeof ip || IPH_PROTO(&ip) != IP_PROTO_TCP)
        return 0;
    if (pbuf_copy_partial(packet, &tcp, sizeof tcp, IPH_HL_BYTES(&ip)) != sizeof tcp ||
        (TCPH_FLAGS(&tcp) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return 0;
    for (struct tcp_pcb *old = tcp_tw_pcbs; old != NULL; old = old->next)
        if (succeeds(old, &ip, &tcp)) {
            tcp_abort(old); /* in TIME-WAIT it is only forgotten, nothing is sent */
            break;
        }
    return 0;
}
