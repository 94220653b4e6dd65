/* SMSC (Microchip) LAN9118 Ethernet controller and its register-compatible family
 * (LAN9115-9118, LAN9215-9221), on a 32-bit bus.
 *
 * Received frames are read word by word from the device's FIFO into pbufs of lwIP's
 * pool, in the interrupt, so that the 10 KiB FIFO does not overflow while the main
 * thread is busy.  When the pool is empty reception pauses and the FIFO holds the
 * frames.  Sending copies a pbuf chain into the device's FIFO. */
#ifndef LAN9118_H
#define LAN9118_H

#include <stdint.h>

#include "ethernet.h"

struct netif;

enum { LAN9118_MAC_BYTES = 6 };

/* Resets the device, takes the MAC address that its EEPROM supplied, or
 * `fallback_mac` if there is none, starts it and fills in netif (hwaddr, mtu, flags,
 * output functions, state).  The caller then connects its interrupt.  Blocks at most
 * half a second.  Returns 0, PORT_ERR_ABSENT (no such device at this address) or
 * PORT_ERR_TIMEOUT (it does not come out of reset). */
int lan9118_start(struct netif *netif, uintptr_t base, const uint8_t fallback_mac[LAN9118_MAC_BYTES]);

/* To be called from the device's interrupt (active high, level). */
void lan9118_interrupt(void);

#endif
