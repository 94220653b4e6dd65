/* The board seam: everything the firmware asks of a machine.
 *
 * A board implements these in boards/<name>/board.c, usually by wiring up
 * drivers from port/drivers.  There are ten functions and no more.  Unless a
 * comment says otherwise a function is called from the main thread only,
 * keeps no pointer after it returns and does not block.
 */
#ifndef PORT_H
#define PORT_H

#include <stddef.h>
#include <stdint.h>

struct netif;

/* Errors of everything under port/.  Always negative; zero and above are results. */
enum port_error {
    PORT_ERR_TIMEOUT = -1, /* the device did not answer in time */
    PORT_ERR_IO = -2,      /* the device answered, and wrongly */
    PORT_ERR_ABSENT = -3,  /* the board has no such device */
    PORT_ERR_NOMEM = -4,   /* a static pool is exhausted */
    PORT_ERR_ARG = -5,     /* the caller passed something impossible */
};

/* Why the machine started; kept across a warm reset by the port. */
enum port_reset_reason {
    PORT_RESET_POWER_ON,
    PORT_RESET_REQUESTED, /* the firmware asked for it */
    PORT_RESET_FAULT,     /* the processor faulted; port/armv7m/fault.c printed why */
    PORT_RESET_WATCHDOG,  /* the main thread did not feed the watchdog */
    PORT_RESET_PANIC,     /* the firmware gave up, see port_reset() */
};

/* Brings up console and timer, and nothing else: a boot snapshot may later be
 * taken at any time before port_netif_init().  Interrupts are enabled on return. */
void port_init(void);

/* Microseconds since reset, monotonic.  May be called from an interrupt. */
uint64_t port_micros(void);

/* Sleeps (WFI) until any interrupt, at most max_ms milliseconds.  Returns at
 * once if an interrupt has been handled since the previous port_idle() returned,
 * so that a wake-up is never lost between a check and the sleep. */
void port_idle(uint32_t max_ms);

/* Calls tick() from an interrupt every period_ms milliseconds, until called
 * again; period_ms 0 stops it.  tick must be safe in an interrupt. */
void port_periodic(uint32_t period_ms, void (*tick)(void));

/* Fills buf with len bytes from the board's source of randomness.  Blocks until they
 * are there, or nothing came for a second.  Returns 0, PORT_ERR_TIMEOUT,
 * PORT_ERR_ABSENT or PORT_ERR_IO (the source fails its health test); then buf
 * must not be used. */
int port_entropy(void *buf, size_t len);

/* Writes len bytes to the console; blocks until the UART took them.  Safe in a
 * fault handler.  Returns len. */
int port_console_write(const char *buf, size_t len);

/* Reads what has been typed, at most len bytes.  Returns the number of bytes,
 * 0 when there are none. */
int port_console_read(char *buf, size_t len);

/* Resets the machine.  The reason can be read after the restart. */
void port_reset(enum port_reset_reason reason) __attribute__((noreturn));

/* (Re)starts the watchdog: without another call within timeout_ms the machine is
 * reset with PORT_RESET_WATCHDOG.  0 stops it.  A board without one ignores it. */
void port_watchdog(uint32_t timeout_ms);

/* lwIP's netif_init_fn of the board's network interface.  Sets hwaddr, mtu,
 * linkoutput and flags.  Afterwards port/lwip calls netif->state's driver through
 * port/drivers/ethernet.h.  Returns lwIP's err_t. */
signed char port_netif_init(struct netif *netif);

#endif
