/* The clock's time from the network: lwIP's SNTP client (RFC 4330, section 5) and who it asks. */
#ifndef NETWORK_TIME_H
#define NETWORK_TIME_H

#include <stdint.h>

/* Asks for the time as soon as the interface of lwip_port_start(), which comes first, has an address, and then every
 * hour; without an answer again after 15 seconds, then ever more rarely, up to 150.  Never blocks.  An answer calls
 * clock_set_realtime(), unless it is earlier than a time that has passed for sure.
 *
 * server is a host name or an IPv4 address, static, with ":port" where that is not 123; NULL takes the board's.  A
 * server that DHCP names (RFC 2132, section 8.3) is asked instead, unless server has a port; an empty one leaves it at that.
 * Does nothing where the clock is right already.  Returns 0, or PORT_ERR_ARG for a server that is none. */
int network_time_start(const char *server);

/* For lwIP: the UDP port of the server, what an answer says (seconds and microseconds since 1970), and a number that an
 * answer has to repeat.  It takes the place of the time of asking, which tells who listens what time it is here, and
 * which who does not listen can guess (RFC 5905, section 14, asks for that field to be unpredictable). */
uint16_t network_time_port(void);
void network_time_answer(uint32_t seconds, uint32_t microseconds);
uint32_t network_time_nonce(void);

#endif
