#include "lwip_port.h"

#include <string.h>

#include "ethernet.h"
#include "lwip/dhcp.h"
#include "lwip/init.h"
#include "lwip/ip4_addr.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"
#include "port.h"
#include "tcp_isn.h"
#include "tcp_transport.h"

enum { DHCP_PATIENCE_MS = 5000 };

static struct netif interface;
static bool polling;

static struct ethernet *driver(void)
{
    return interface.state;
}

/* lwIP's clock, milliseconds. */
u32_t sys_now(void)
{
    return (u32_t)(port_micros() / 1000);
}

/* Neither use of it is a secret (see lwipopts.h), so without entropy the time has to do. */
uint32_t lwip_port_random(void)
{
    uint32_t value;
    if (port_entropy(&value, sizeof value) < 0)
        value = (uint32_t)port_micros();
    return value;
}

/* lwIP found its own state broken; going on would damage memory. */
void lwip_port_assert(const char *message)
{
    static const char prefix[] = "\nhipflask: FAULT lwIP: ";
    port_console_write(prefix, sizeof prefix - 1);
    port_console_write(message, strlen(message));
    port_console_write("\n", 1);
    port_reset(PORT_RESET_PANIC);
}

/* DHCP goes on asking; its answer replaces this address. */
static void use_static_address(void *unused)
{
    (void)unused;
    if (!ip4_addr_isany(netif_ip4_addr(&interface)))
        return;
    ip4_addr_t address, mask, gateway;
    ip4addr_aton(LWIP_PORT_ADDRESS, &address);
    ip4addr_aton(LWIP_PORT_NETMASK, &mask);
    ip4addr_aton(LWIP_PORT_GATEWAY, &gateway);
    netif_set_addr(&interface, &address, &mask, &gateway);
}

static void follow_link(void)
{
    bool up = driver()->link_up(driver());
    if (up && !netif_is_link_up(&interface))
        netif_set_link_up(&interface);
    else if (!up && netif_is_link_up(&interface))
        netif_set_link_down(&interface);
}

int lwip_port_start(void)
{
    uint8_t secret[TCP_ISN_SECRET_BYTES];
    int result = port_entropy(secret, sizeof secret);
    if (result < 0)
        return result;
    tcp_isn_start(secret);

    lwip_init();
    if (netif_add(&interface, NULL, NULL, NULL, NULL, port_netif_init, ethernet_input) == NULL)
        return PORT_ERR_ABSENT;
    netif_set_hostname(&interface, LWIP_PORT_HOSTNAME);
    netif_set_default(&interface);
    netif_set_up(&interface);
    follow_link();
    if (dhcp_start(&interface) != ERR_OK)
        return PORT_ERR_NOMEM;
    sys_timeout(DHCP_PATIENCE_MS, use_static_address, NULL);
    return 0;
}

static bool receive_frames(void)
{
    /* At most a pool full: under a flood the timers must still run. */
    unsigned frames = 0;
    for (struct pbuf *frame; frames < PBUF_POOL_SIZE; frames++) {
        frame = driver()->receive(driver());
        if (frame == NULL)
            break;
        if (interface.input(frame, &interface) != ERR_OK)
            pbuf_free(frame);
    }
    return frames > 0;
}

bool lwip_port_poll(void)
{
    if (polling || interface.state == NULL)
        return false;
    polling = true;
    bool received = receive_frames();
    follow_link();
    sys_check_timeouts();
    tcp_transport_poll();
    polling = false;
    return received;
}

uint32_t lwip_port_next_timeout_ms(void)
{
    return sys_timeouts_sleeptime();
}

const char *lwip_port_address(void)
{
    if (ip4_addr_isany(netif_ip4_addr(&interface)))
        return NULL;
    return ip4addr_ntoa(netif_ip4_addr(&interface));
}

const struct ethernet_counters *lwip_port_counters(void)
{
    return driver() != NULL ? &driver()->counters : NULL;
}
