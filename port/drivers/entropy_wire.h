/* Randomness that arrives over a UART: a hardware generator on the wire, or in QEMU
 * the host's.  Tested as NIST SP 800-90B says (4.3 start-up, 4.4.1 repetition count). */
#ifndef ENTROPY_WIRE_H
#define ENTROPY_WIRE_H

#include <stddef.h>

#include "cmsdk_uart.h"

/* Fills buf with len bytes off the wire, none of them used before; the first call also
 * draws and drops a start-up sample.  Blocks as long as bytes come.  Returns 0,
 * PORT_ERR_TIMEOUT (the wire was silent for a second) or PORT_ERR_IO (a byte repeats:
 * the source is stuck, and stays so); then buf must not be used. */
int entropy_wire_read(struct cmsdk_uart *uart, void *buf, size_t len);

#endif
