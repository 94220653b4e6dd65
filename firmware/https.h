/* HTTPS beside HTTP, in images that have it (application.h). */
#ifndef HTTPS_H
#define HTTPS_H

#include <stdbool.h>
#include <stdint.h>

/* Makes the device's certificate, begins to listen and says so on the console.  To be called once, when the device has
 * its address.  Does nothing in an image without TLS; without entropy there is no HTTPS, and the console says that. */
void https_start(const char *address);

/* Goes on with handshakes; to be called after every poll of the network.  Never enters Python.  Returns whether to call
 * again without sleeping. */
bool https_poll(void);

/* Milliseconds until https_poll() has something to do though nothing arrives; UINT32_MAX when it has not. */
uint32_t https_next_timeout_ms(void);

#endif
