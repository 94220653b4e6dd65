/* Arm MPS2, FPGA image AN500 (Arm DAI 0500): its devices behind the board seam. */
#include "cmsdk_dualtimer.h"
#include "cmsdk_timer.h"
#include "cmsdk_uart.h"
#include "cmsdk_watchdog.h"
#include "entropy_wire.h"
#include "irq.h"
#include "lan9118.h"
#include "lwip/err.h"
#include "port.h"
#include "reset.h"

enum {
    CLOCK_HZ = 25000000, /* of the processor and every device below */
    CONSOLE_BAUD = 115200,
    ENTROPY_BAUD = 921600,

    TIMER_BASE = 0x40000000,
    DUALTIMER_BASE = 0x40002000,
    CONSOLE_BASE = 0x40004000, /* UART0 */
    ENTROPY_BASE = 0x40005000, /* UART1 */
    WATCHDOG_BASE = 0x40008000,

    CONSOLE_LINE = 0,
    ENTROPY_LINE = 2,
    TIMER_LINE = 8,
    DUALTIMER_LINE = 10,
    ETHERNET_LINE = 13,
};

static const uintptr_t ETHERNET_BASE = 0xA0000000; /* more than an enum holds */

/* Locally administered; used when the Ethernet chip's EEPROM is empty. */
static const uint8_t fallback_mac[LAN9118_MAC_BYTES] = {0x02, 0x68, 0x66, 0x05, 0x00, 0x01};

static struct cmsdk_uart console = {.base = CONSOLE_BASE};
static struct cmsdk_uart entropy = {.base = ENTROPY_BASE};
static void (*periodic)(void);
static uint32_t idle_count; /* irq_count() when port_idle() last returned */

static void console_interrupt(void)
{
    cmsdk_uart_interrupt(&console);
}

static void entropy_interrupt(void)
{
    cmsdk_uart_interrupt(&entropy);
}

static void timer_interrupt(void)
{
    cmsdk_timer_acknowledge(TIMER_BASE);
    periodic();
}

void port_init(void)
{
    cmsdk_uart_start(&console, CLOCK_HZ / CONSOLE_BAUD);
    cmsdk_uart_start(&entropy, CLOCK_HZ / ENTROPY_BAUD);
    cmsdk_dualtimer_start(DUALTIMER_BASE, CLOCK_HZ);
    irq_connect(CONSOLE_LINE, console_interrupt);
    irq_connect(ENTROPY_LINE, entropy_interrupt);
    irq_connect(DUALTIMER_LINE, cmsdk_dualtimer_interrupt);
    irq_connect(TIMER_LINE, timer_interrupt);
    cmsdk_uart_listen(&console);
}

uint64_t port_micros(void)
{
    return cmsdk_dualtimer_micros();
}

void port_idle(uint32_t max_ms)
{
    uint32_t state = irq_mask();
    if (max_ms > 0 && irq_count() == idle_count) {
        cmsdk_dualtimer_alarm(max_ms);
        irq_wait();
        cmsdk_dualtimer_alarm(0);
    }
    irq_unmask(state);
    idle_count = irq_count();
}

void port_periodic(uint32_t period_ms, void (*tick)(void))
{
    cmsdk_timer_period(TIMER_BASE, 0);
    periodic = tick;
    cmsdk_timer_period(TIMER_BASE, period_ms * (CLOCK_HZ / 1000));
}

int port_entropy(void *buf, size_t len)
{
    return entropy_wire_read(&entropy, buf, len);
}

int port_console_write(const char *buf, size_t len)
{
    cmsdk_uart_write(&console, buf, len);
    return (int)len;
}

int port_console_read(char *buf, size_t len)
{
    int n = (int)cmsdk_uart_read(&console, buf, len);
    cmsdk_uart_listen(&console); /* it stops listening when its ring is full */
    return n;
}

void port_reset(enum port_reset_reason reason)
{
    reset_now(reason);
}

void port_watchdog(uint32_t timeout_ms)
{
    const uint32_t longest = UINT32_MAX / (CLOCK_HZ / 1000); /* 171 s */
    uint32_t ms = timeout_ms < longest ? timeout_ms : longest;
    cmsdk_watchdog_start(WATCHDOG_BASE, ms * (CLOCK_HZ / 1000));
}

signed char port_netif_init(struct netif *netif)
{
    if (lan9118_start(netif, ETHERNET_BASE, fallback_mac) < 0)
        return ERR_IF;
    irq_connect(ETHERNET_LINE, lan9118_interrupt);
    return ERR_OK;
}
