#include "host_ethernet.h"

#include <string.h>

#include "ethernet.h"
#include "events.h"
#include "faults.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"

enum { MTU = 1500, SHORTEST_FRAME = 60 };

static const struct link *cable;

static struct pbuf *receive(struct ethernet *ethernet)
{
    size_t len;
    if (link_first(&len) == NULL)
        events_wait(0); /* Python may run for long without port_idle() */
    const uint8_t *frame = link_first(&len);
    if (frame == NULL)
        return NULL;
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)(len + ETH_PAD_SIZE), PBUF_POOL);
    if (pbuf == NULL) {
        ethernet->counters.rx_no_pbuf++;
        return NULL; /* it waits in the queue */
    }
    pbuf_remove_header(pbuf, ETH_PAD_SIZE);
    pbuf_take(pbuf, frame, (u16_t)len);
    pbuf_add_header(pbuf, ETH_PAD_SIZE);
    link_drop();
    ethernet->counters.rx_frames++;
    return pbuf;
}

static bool link_up(struct ethernet *ethernet)
{
    (void)ethernet;
    return true;
}

static struct ethernet driver = {.receive = receive, .link_up = link_up};

static err_t send(struct netif *netif, struct pbuf *pbuf)
{
    uint8_t frame[LINK_FRAME_BYTES] = {0};
    (void)netif;
    size_t len = (size_t)pbuf->tot_len - ETH_PAD_SIZE;
    if (len > sizeof frame)
        return ERR_BUF;
    pbuf_copy_partial(pbuf, frame, (u16_t)len, ETH_PAD_SIZE);
    faults_pass(FAULTS_OUT, frame, len < SHORTEST_FRAME ? SHORTEST_FRAME : len, cable->send);
    driver.counters.tx_frames++;
    return ERR_OK;
}

void host_ethernet_start(struct netif *netif, const struct link *which, const uint8_t mac[HOST_ETHERNET_MAC_BYTES])
{
    cable = which;
    cable->open();
    netif->state = &driver;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = send;
    netif->mtu = MTU;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->hwaddr_len = HOST_ETHERNET_MAC_BYTES;
    memcpy(netif->hwaddr, mac, HOST_ETHERNET_MAC_BYTES);
}

bool host_ethernet_pending(void)
{
    size_t len;
    return link_first(&len) != NULL;
}
