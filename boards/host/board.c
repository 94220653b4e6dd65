/* The host: a process of this machine behind the board seam. */
#include <errno.h>
#include <poll.h>
#include <sys/random.h>

#include "console.h"
#include "events.h"
#include "fault.h"
#include "host_ethernet.h"
#include "lwip/err.h"
#include "options.h"
#include "port.h"
#include "process.h"
#include "timer.h"

static int end_event;
static int end_number;

static void prepare_end(uint32_t *timeout_ms)
{
    (void)timeout_ms;
    end_number = events_want(end_event, POLLIN);
}

static void dispatch_end(void)
{
    /* Only wakes up: the main loop asks process_is_ending(). */
}

void port_init(void)
{
    static const struct event_source end = {prepare_end, dispatch_end};
    timer_start();
    fault_catch();
    end_event = process_catch_end();
    events_add(&end);
    console_start();
}

uint64_t port_micros(void)
{
    return timer_micros();
}

void port_idle(uint32_t max_ms)
{
    if (!host_ethernet_pending())
        events_wait(max_ms);
}

void port_periodic(uint32_t period_ms, void (*tick)(void))
{
    timer_periodic(period_ms, tick);
}

int port_entropy(void *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = getrandom((char *)buf + done, len - done, 0);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return PORT_ERR_ABSENT;
    }
    return 0;
}

int port_console_write(const char *buf, size_t len)
{
    return console_write(buf, len);
}

int port_console_read(char *buf, size_t len)
{
    return console_read(buf, len);
}

void port_reset(enum port_reset_reason reason)
{
    process_reset(reason);
}

static void bite(void)
{
    fault_report("watchdog: the main thread did not come back in time", PORT_RESET_WATCHDOG);
}

void port_watchdog(uint32_t timeout_ms)
{
    timer_watchdog(timeout_ms, bite);
}

/* Locally administered.  On a TAP device several may meet, told apart by the device. */
signed char port_netif_init(struct netif *netif)
{
    uint8_t mac[HOST_ETHERNET_MAC_BYTES] = {0x02, 0x68, 0x66, 0x05, 0x00, 0x02};
    const char *tap = options()->tap;
    for (size_t i = 0; tap != NULL && tap[i] != '\0'; i++)
        mac[4 + i % 2] = (uint8_t)(mac[4 + i % 2] * 31 + tap[i]);
    host_ethernet_start(netif, tap != NULL ? &link_tap : &link_slirp, mac);
    return ERR_OK;
}
