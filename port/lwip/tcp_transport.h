/* The transport seam (wsgi/transport.h) over lwIP's TCP.
 *
 * There are TCP_TRANSPORT_SLOTS connections.  Further clients wait in lwIP's backlog,
 * with their first segment, until a slot is free. */
#ifndef TCP_TRANSPORT_H
#define TCP_TRANSPORT_H

#include <stdint.h>

/* The one header that port/ takes from above: it is the seam which this implements. */
#include "transport.h"

/* Listens on `port` of every address.  For each connection accept() gets a transport, by
 * value; below zero says "not now": the client is kept waiting and offered again.  A
 * transport without ctx stands for a client that waits for a slot: it cannot be had yet.
 * accept() runs inside lwIP: it may only take note, not use the transport.
 * A client that has been kept waiting for patience_ms milliseconds is reset; 0: never.
 * Returns 0, PORT_ERR_NOMEM (no listener left) or PORT_ERR_ARG (the port is taken). */
int tcp_transport_listen(uint16_t port, int (*accept)(const struct transport *), uint32_t patience_ms);

/* How many slots are taken, and how many clients wait for one. */
unsigned tcp_transport_used(void);
unsigned tcp_transport_waiting(void);

/* Offers waiting connections again; called by lwip_port_poll(). */
void tcp_transport_poll(void);

#endif
