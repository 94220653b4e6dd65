/* Ending a TCP connection so that the client gets everything that was sent. */
#ifndef TCP_LINGER_H
#define TCP_LINGER_H

struct tcp_pcb;

/* Takes over pcb, whose received bytes have all been acknowledged with tcp_recved().
 * Sends what is queued, then FIN.  What the client still sends is read and dropped for
 * five seconds: closing at once would answer it with a reset, which can
 * destroy the response before the client reads it.  A client that does not take the
 * response for thirty seconds is reset.  Such a connection is the first to go
 * when lwIP runs out of them. */
void tcp_linger_close(struct tcp_pcb *pcb);

#endif
