/* Randomness that arrives over a UART: a hardware generator on the wire, or in QEMU
 * the host's.  Tested as NIST SP 800-90B says (4.3 start-up, 4.4.1 repetition count). */
#ifndef ENTROPY_WIRE_H
#define ENTROPY_WIRE_H

#include <stddef.h>

#include "cmsdk_uart.h"

/* Fills buf with len bytes off the wire, none of them used before.  The first call
 * also draws and drops a start-up sample.  Blocks at most a second.  Returns 0, PORT_ERR_TIMEOUT (the
 * wire is silent) or PORT_ERR_IO (a byte repeats: the source is stuck); then buf must not be used. */
int entropy_wire_read(struct cmsdk_uart *uart, void *buf, size_t len);

#endif
