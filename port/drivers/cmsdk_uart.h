/* The UART of Arm's Cortex-M System Design Kit (DDI 0479, section 4.3). */
#ifndef CMSDK_UART_H
#define CMSDK_UART_H

#include <stddef.h>
#include <stdint.h>

enum { CMSDK_UART_RING_BYTES = 256 /* received, not yet read; a power of two */ };

/* One UART; the caller's, static.  Set `base`, leave the rest zero. */
struct cmsdk_uart {
    uintptr_t base;
    volatile uint32_t head, tail; /* written by the interrupt, by the reader */
    uint8_t ring[CMSDK_UART_RING_BYTES];
};

/* Sets the speed (clock / baud, at least 16), and switches transmitter and receiver on. */
void cmsdk_uart_start(struct cmsdk_uart *uart, uint32_t divisor);

/* Begins or ends taking received bytes into the ring, by interrupt.  While it does not,
 * or the ring is full, the UART holds one byte; a sender without flow control
 * loses the rest.  What is in the ring stays readable. */
void cmsdk_uart_listen(struct cmsdk_uart *uart);
void cmsdk_uart_deafen(struct cmsdk_uart *uart);

/* To be called from the UART's receive interrupt. */
void cmsdk_uart_interrupt(struct cmsdk_uart *uart);

/* Copies what was received, at most len bytes.  Returns the number of bytes. */
size_t cmsdk_uart_read(struct cmsdk_uart *uart, void *buf, size_t len);

/* Sends len bytes; blocks until the UART took them.  Needs no interrupt. */
void cmsdk_uart_write(struct cmsdk_uart *uart, const void *buf, size_t len);

#endif
