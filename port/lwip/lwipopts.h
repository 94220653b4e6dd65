/* lwIP's configuration: IPv4, TCP and what they need, on static memory.
 * Every size is a compile-time figure with its reason; what is not named here has
 * lwIP's default. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include "network_time.h" /* what SNTP asks below; lwIP includes its hooks in other files only */

/* clang-format off */

/* One thread, no sockets.  The Ethernet interrupt allocates pbufs, hence the lock. */
#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 1
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0

/* Protocols. */
#define LWIP_IPV4                1
#define LWIP_IPV6                0
#define LWIP_ICMP                1
#define LWIP_DHCP                1
#define LWIP_DHCP_DOES_ACD_CHECK 0 /* would delay every start by seconds of ARP probing */
#define LWIP_DNS                 1 /* for the name of the time server */
#define LWIP_RAW                 0
#define LWIP_UDP                 1 /* for DHCP, DNS and SNTP */
#define LWIP_NETIF_HOSTNAME      1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1 /* the time server is asked when there is an address */
#define IP_REASSEMBLY            0 /* TCP and DHCP do not fragment; fragments only serve attacks */
#define IP_FRAG                  0

/* How many connections there can be.  tcp_transport.c gives a slot to each. */
#define TCP_TRANSPORT_SLOTS        16
#define TCP_TRANSPORT_WAITING      16 /* accepted by lwIP, waiting for a slot; also the backlog */
#define TCP_TRANSPORT_LISTENERS    4
#define TCP_LISTEN_BACKLOG         1
#define TCP_DEFAULT_LISTEN_BACKLOG TCP_TRANSPORT_WAITING
#define MEMP_NUM_TCP_PCB_LISTEN    TCP_TRANSPORT_LISTENERS
/* As many again may linger or be in TIME_WAIT; lwIP drops the oldest of them first. */
#define MEMP_NUM_TCP_PCB     (TCP_TRANSPORT_SLOTS + TCP_TRANSPORT_WAITING + 16)
#define MEMP_NUM_UDP_PCB     4                                   /* DHCP, DNS, SNTP and one to spare */
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 2) /* and those of lwip_port.c and SNTP */
#define ARP_TABLE_SIZE       32                                  /* a neighbour per connection, waiting ones included */

/* TCP.  The window is backed by a ring of its own in each slot, see tcp_transport.c. */
#define TCP_MSS               1460
#define TCP_WND               (4 * TCP_MSS)
#define TCP_SND_BUF           (4 * TCP_MSS)
#define TCP_SND_QUEUELEN      16 /* pieces in flight: four segments, or 16 small flushes */
#define LWIP_TCP_RTO_TIME     1000 /* ms until the first is sent again, as RFC 6298, section 2.1, has it */
#define TCP_QUEUE_OOSEQ       1
#define TCP_OOSEQ_MAX_PBUFS   3 /* a window has four segments; the missing one is the fourth */
#define LWIP_TCP_KEEPALIVE    1
#define TCP_KEEPIDLE_DEFAULT  60000 /* ms; a vanished client frees its slot after */
#define TCP_KEEPINTVL_DEFAULT 10000 /* ms; 60 s and */
#define TCP_KEEPCNT_DEFAULT   5U    /* five probes */

/* Received frames lie in the pool only between interrupt and main thread: TCP data
 * moves on into the slot's ring.  Held longer are out-of-order segments, which lwIP
 * gives up when the pool runs dry, and one segment of each waiting connection. */
#define PBUF_POOL_SIZE    64
#define PBUF_POOL_BUFSIZE 1520 /* two bytes of padding, 1514 of frame, CRC: one pbuf a frame */
#define ETH_PAD_SIZE      2    /* puts the IP header on a word boundary */

/* What has been sent and is not acknowledged lies in the heap: the full buffers of
 * every slot and of eight connections that linger, 96 bytes of headers a segment,
 * and 8 KiB that remain for ACKs, ARP and DHCP. */
#define MEM_ALIGNMENT    __SIZEOF_POINTER__
#define MEM_SIZE         ((TCP_TRANSPORT_SLOTS + 8) * (TCP_SND_BUF + 4 * 96) + 8192)
#define MEMP_NUM_TCP_SEG (TCP_TRANSPORT_SLOTS * TCP_SND_QUEUELEN)

/* Time: one server, its name or address.  An answer must come from it and repeat what was sent. */
#define DNS_TABLE_SIZE               1
#define DNS_MAX_NAME_LENGTH          128
#define LWIP_DHCP_GET_NTP_SRV        1
#define LWIP_DHCP_MAX_NTP_SERVERS    1
#define SNTP_MAX_SERVERS             1
#define SNTP_SERVER_DNS              1
#define SNTP_GET_SERVERS_FROM_DHCP   1
#define SNTP_STARTUP_DELAY           0
#define SNTP_CHECK_RESPONSE          2
#define SNTP_PORT                    network_time_port()
#define SNTP_GET_SYSTEM_TIME_NTP(s, f) ((s) = (s32_t)network_time_nonce(), (f) = network_time_nonce())
#define SNTP_SET_SYSTEM_TIME_US(s, us) network_time_answer(s, us)

/* Random numbers: DHCP's transaction and the first local port; sequence numbers by
 * RFC 6528. */
#define LWIP_RAND()        lwip_port_random()
#define LWIP_HOOK_FILENAME "lwip_hooks.h"

#define LWIP_CHKSUM_ALGORITHM 3 /* reads words, eight a round */

/* Statistics: how full the pools were, nothing per packet. */
#define LWIP_STATS   1
#define MEM_STATS    1
#define MEMP_STATS   1
#define LINK_STATS   0
#define ETHARP_STATS 0
#define IP_STATS     0
#define ICMP_STATS   0
#define UDP_STATS    0
#define TCP_STATS    0
#define SYS_STATS    0

#endif
