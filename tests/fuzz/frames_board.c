#include "frames_board.h"

#include <stdlib.h>
#include <string.h>

#include "ethernet.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "port.h"

enum { WAITING_FRAMES = 64, MTU = 1500 };

static struct {
    size_t len;
    uint8_t bytes[FRAMES_BYTES];
} waiting[WAITING_FRAMES];
static unsigned first, count;
static uint64_t now_us;

void frames_board_pass(uint32_t ms)
{
    now_us += (uint64_t)ms * 1000;
}

void frames_board_receive(const uint8_t *frame, size_t len)
{
    if (count == WAITING_FRAMES || len > FRAMES_BYTES)
        return;
    unsigned last = (first + count++) % WAITING_FRAMES;
    memcpy(waiting[last].bytes, frame, len);
    waiting[last].len = len;
}

static struct pbuf *receive(struct ethernet *ethernet)
{
    (void)ethernet;
    if (count == 0)
        return NULL;
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)(waiting[first].len + ETH_PAD_SIZE), PBUF_POOL);
    if (pbuf == NULL)
        return NULL;
    pbuf_take_at(pbuf, waiting[first].bytes, (u16_t)waiting[first].len, ETH_PAD_SIZE);
    first = (first + 1) % WAITING_FRAMES;
    count--;
    return pbuf;
}

static bool link_up(struct ethernet *ethernet)
{
    (void)ethernet;
    return true;
}

static err_t send(struct netif *netif, struct pbuf *pbuf)
{
    uint8_t frame[FRAMES_BYTES];
    (void)netif;
    if (pbuf->tot_len < ETH_PAD_SIZE || pbuf->tot_len - ETH_PAD_SIZE > FRAMES_BYTES)
        abort();
    pbuf_copy_partial(pbuf, frame, pbuf->tot_len - ETH_PAD_SIZE, ETH_PAD_SIZE);
    frames_peer_take(frame, (size_t)pbuf->tot_len - ETH_PAD_SIZE);
    return ERR_OK;
}

signed char port_netif_init(struct netif *netif)
{
    static const uint8_t mac[] = {0x02, 0, 0, 0, 0, 1};
    static struct ethernet driver = {.receive = receive, .link_up = link_up};
    netif->state = &driver;
    netif->output = etharp_output;
    netif->linkoutput = send;
    netif->mtu = MTU;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->hwaddr_len = sizeof mac;
    memcpy(netif->hwaddr, mac, sizeof mac);
    return ERR_OK;
}

uint64_t port_micros(void)
{
    return now_us;
}

/* When nothing comes, the time that the device would wait is over at once. */
void port_idle(uint32_t max_ms)
{
    if (count == 0 && !frames_board_meanwhile())
        frames_board_pass(max_ms);
}

/* The same every time, so that an input does the same every time. */
int port_entropy(void *buf, size_t len)
{
    memset(buf, 7, len);
    return 0;
}

int port_console_write(const char *buf, size_t len)
{
    (void)buf;
    return (int)len;
}

/* lwIP's assertions end here: each is a crash. */
void port_reset(enum port_reset_reason reason)
{
    (void)reason;
    abort();
}
