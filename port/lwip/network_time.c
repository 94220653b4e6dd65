#include "network_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "lwip/apps/sntp.h"
#include "lwip/dns.h"
#include "lwip/netif.h"
#include "lwip/prot/iana.h"
#include "lwip_port.h"
#include "port.h"

enum { US_PER_S = 1000000, LAST_PORT = 65535 };

static char name[DNS_MAX_NAME_LENGTH]; /* of the server, without its port */
static uint16_t port = LWIP_IANA_PORT_SNTP;
static netif_ext_callback_t address_changed;

uint16_t network_time_port(void)
{
    return port;
}

uint32_t network_time_nonce(void)
{
    return lwip_port_random();
}

/* An answer from before the build is wrong, whoever sent it: certificates that have ended would be good again. */
void network_time_answer(uint32_t seconds, uint32_t microseconds)
{
    int64_t now_us = (int64_t)seconds * US_PER_S + microseconds;
    bool first = clock_known_time() < 0;
    if (first && now_us < clock_realtime_us()) {
        printf("hipflask: the time server is behind the time of the build, and not believed\n");
        return;
    }
    clock_set_realtime(now_us);
    if (!first)
        return;
    char text[sizeof "2000-01-01 00:00:00"];
    time_t unix_time = seconds;
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime(&unix_time));
    printf("hipflask: the clock is set: %s UTC\n", text);
    fflush(stdout);
}

/* Takes "name" or "name:port" apart. */
static int take(const char *server)
{
    size_t length = strcspn(server, ":");
    if (length >= sizeof name)
        return PORT_ERR_ARG;
    memcpy(name, server, length);
    name[length] = '\0';
    if (server[length] == '\0')
        return 0;
    char *end;
    unsigned long number = strtoul(server + length + 1, &end, 10);
    if (*end != '\0' || number == 0 || number > LAST_PORT)
        return PORT_ERR_ARG;
    port = (uint16_t)number;
    return 0;
}

/* Without an address a question would fail, and the next one come much later. */
static void ask(struct netif *interface, netif_nsc_reason_t reason, const netif_ext_callback_args_t *unused)
{
    (void)unused;
    if ((reason & LWIP_NSC_IPV4_ADDRESS_CHANGED) == 0)
        return;
    sntp_stop();
    if (!ip4_addr_isany(netif_ip4_addr(interface)))
        sntp_init();
}

int network_time_start(const char *server)
{
    if (clock_known_time() >= 0)
        return 0;
    int error = take(server != NULL ? server : NETWORK_TIME_SERVER);
    if (error < 0)
        return error;
    sntp_servermode_dhcp(port == LWIP_IANA_PORT_SNTP);
    if (name[0] != '\0')
        sntp_setservername(0, name);
    netif_add_ext_callback(&address_changed, ask);
    return 0;
}
