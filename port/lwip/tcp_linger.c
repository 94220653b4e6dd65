#include "tcp_linger.h"

#include <stdbool.h>
#include <stdint.h>

#include "lwip/tcp.h"

enum {
    TICK = 2,           /* lwIP's poll unit is half a second */
    DRAIN_TICKS = 5,    /* seconds */
    DELIVER_TICKS = 30, /* seconds */
};

static err_t drain(void *ticks, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)ticks, (void)error;
    if (data != NULL) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    }
    return ERR_OK;
}

/* The connection has no context any more; lwIP's argument counts the seconds. */
static err_t tick(void *arg, struct tcp_pcb *pcb)
{
    uintptr_t ticks = (uintptr_t)arg + 1;
    /* Only here our FIN is acknowledged and the peer's awaited; in CLOSING the peer's came first, ours may be lost. */
    bool delivered = pcb->state == FIN_WAIT_2;
    tcp_arg(pcb, (void *)ticks);
    if (delivered && ticks >= DRAIN_TICKS) {
        tcp_poll(pcb, NULL, 0);
        tcp_close(pcb); /* from here data is answered with a reset */
    } else if (ticks >= DELIVER_TICKS) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return ERR_OK;
}

void tcp_linger_close(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, drain);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_poll(pcb, tick, TICK);
    tcp_setprio(pcb, TCP_PRIO_MIN);
    if (tcp_shutdown(pcb, 0, 1) != ERR_OK)
        tcp_abort(pcb);
}
