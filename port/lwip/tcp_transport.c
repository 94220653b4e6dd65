#include "tcp_transport.h"

#include <string.h>

#include "load.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip_port.h"
#include "port.h"
#include "tcp_linger.h"

struct listener {
    struct tcp_pcb *pcb; /* NULL: unused */
    int (*accept)(const struct transport *);
    uint32_t patience_ms; /* how long a client is kept waiting; 0: as long as it takes */
};

/* What a window promises, its ring holds: data moves out of lwIP's pool at once, so
 * that neither stalled requests nor tiny segments can exhaust it. */
struct slot {
    bool used;
    bool peer_closed;
    struct tcp_pcb *pcb;   /* NULL: the connection is gone */
    uint16_t start, count; /* bytes in the ring */
    uint8_t ring[TCP_WND];
};

struct waiting {
    struct tcp_pcb *pcb;
    struct listener *listener;
    uint32_t since_ms;
};

static struct listener listeners[TCP_TRANSPORT_LISTENERS];
static struct slot slots[TCP_TRANSPORT_SLOTS];
static struct waiting waiting[TCP_TRANSPORT_WAITING]; /* oldest first */
static unsigned waiting_count;

static void store(struct slot *slot, struct pbuf *data)
{
    uint16_t done = 0;
    while (done < data->tot_len) {
        uint16_t end = (uint16_t)((slot->start + slot->count) % TCP_WND);
        uint16_t room = end < slot->start ? slot->start - end : TCP_WND - end;
        uint16_t n = pbuf_copy_partial(data, slot->ring + end, room, done);
        slot->count += n;
        done += n;
    }
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct slot *slot = arg;
    (void)pcb, (void)error;
    if (data == NULL) {
        slot->peer_closed = true;
        return ERR_OK;
    }
    if (data->tot_len > TCP_WND - slot->count)
        return ERR_MEM; /* lwIP keeps it; cannot happen while it respects the window */
    store(slot, data);
    pbuf_free(data);
    return ERR_OK;
}

static void on_error(void *arg, err_t error)
{
    (void)error;
    ((struct slot *)arg)->pcb = NULL; /* lwIP has freed it */
}

static int transport_recv(void *ctx, void *buf, size_t len)
{
    struct slot *slot = ctx;
    if (slot->pcb == NULL)
        return TRANSPORT_RESET;
    if (slot->count == 0)
        return slot->peer_closed ? TRANSPORT_CLOSED : 0;

    uint16_t done = 0;
    while (done < len && slot->count > 0) {
        uint16_t n = TCP_WND - slot->start < slot->count ? TCP_WND - slot->start : slot->count;
        if (n > len - done)
            n = (uint16_t)(len - done);
        memcpy((uint8_t *)buf + done, slot->ring + slot->start, n);
        slot->start = (uint16_t)((slot->start + n) % TCP_WND);
        slot->count -= n;
        done += n;
    }
    tcp_recved(slot->pcb, done);
    return done;
}

static int transport_send(void *ctx, const void *buf, size_t len, bool more)
{
    struct slot *slot = ctx;
    if (slot->pcb == NULL)
        return TRANSPORT_RESET;

    size_t room = tcp_sndbuf(slot->pcb);
    size_t n = len < room ? len : room;
    if (n < len && n < TCP_MSS && tcp_sndqueuelen(slot->pcb) > 0)
        n = 0; /* a crumb now would make every later segment a crumb, too */
    if (n > 0) {
        u8_t flags = TCP_WRITE_FLAG_COPY | (more || n < len ? TCP_WRITE_FLAG_MORE : 0);
        err_t error = tcp_write(slot->pcb, buf, (u16_t)n, flags);
        if (error == ERR_MEM)
            n = 0; /* full; acknowledgements make room */
        else if (error != ERR_OK)
            return TRANSPORT_RESET;
    }
    if (!more || n < len)
        tcp_output(slot->pcb);
    return (int)n;
}

static struct tcp_pcb *release(struct slot *slot)
{
    struct tcp_pcb *pcb = slot->pcb;
    slot->used = false;
    slot->pcb = NULL;
    return pcb;
}

static void transport_close(void *ctx)
{
    struct slot *slot = ctx;
    struct tcp_pcb *pcb = release(slot);
    if (pcb == NULL)
        return;
    tcp_recved(pcb, slot->count); /* unread bytes would turn the FIN into a reset */
    tcp_linger_close(pcb);
}

static void transport_abort(void *ctx)
{
    struct tcp_pcb *pcb = release(ctx);
    if (pcb == NULL)
        return;
    tcp_err(pcb, NULL);
    tcp_abort(pcb);
}

static void transport_wait(void *ctx, uint32_t max_ms)
{
    (void)ctx;
    if (lwip_port_poll())
        return;
    uint32_t timeout = lwip_port_next_timeout_ms();
    load_idle(timeout < max_ms ? timeout : max_ms);
    lwip_port_poll();
}

static const struct transport_ops ops = {
    .recv = transport_recv,
    .send = transport_send,
    .close = transport_close,
    .abort = transport_abort,
    .wait = transport_wait,
};

static struct slot *free_slot(void)
{
    for (unsigned i = 0; i < TCP_TRANSPORT_SLOTS; i++)
        if (!slots[i].used)
            return &slots[i];
    return NULL;
}

/* Gives pcb a slot and offers it to the listener's owner; without one he is only told
 * that somebody wants it. */
static bool hand_over(struct listener *listener, struct tcp_pcb *pcb)
{
    struct slot *slot = free_slot();
    struct transport transport = {
        .ops = &ops,
        .ctx = slot,
        .scheme = "http",
        .peer_port = pcb->remote_port,
        .local_port = pcb->local_port,
    };
    ipaddr_ntoa_r(&pcb->remote_ip, transport.peer_address, sizeof transport.peer_address);
    ipaddr_ntoa_r(&pcb->local_ip, transport.local_address, sizeof transport.local_address);
    if (listener->accept(&transport) < 0 || slot == NULL)
        return false;

    slot->used = true;
    slot->peer_closed = pcb->state == CLOSE_WAIT; /* it may have left while it waited */
    slot->pcb = pcb;
    slot->start = 0;
    slot->count = 0;
    tcp_arg(pcb, slot);
    tcp_recv(pcb, on_recv);
    tcp_err(pcb, on_error);
    return true;
}

static void forget_waiting(unsigned index)
{
    waiting_count--;
    for (unsigned i = index; i < waiting_count; i++)
        waiting[i] = waiting[i + 1];
}

/* Refused data stays with lwIP, which offers it again every quarter of a second. */
static err_t on_waiting_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)pcb, (void)error;
    return data != NULL ? ERR_MEM : ERR_OK;
}

static void on_waiting_error(void *pcb, err_t error)
{
    (void)error;
    for (unsigned i = 0; i < waiting_count; i++)
        if (waiting[i].pcb == pcb)
            forget_waiting(i--);
}

static err_t let_wait(struct listener *listener, struct tcp_pcb *pcb)
{
    if (waiting_count == TCP_TRANSPORT_WAITING)
        return ERR_MEM; /* lwIP resets it */
    waiting[waiting_count++] = (struct waiting){pcb, listener, sys_now()};
    tcp_backlog_delayed(pcb);
    tcp_arg(pcb, pcb);
    tcp_recv(pcb, on_waiting_recv);
    tcp_err(pcb, on_waiting_error);
    return ERR_OK;
}

static bool somebody_waits(const struct listener *listener)
{
    for (unsigned i = 0; i < waiting_count; i++)
        if (waiting[i].listener == listener)
            return true;
    return false;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct listener *listener = arg;
    if (error != ERR_OK || pcb == NULL)
        return ERR_VAL;
    tcp_nagle_disable(pcb); /* transport_send() decides what shares a segment */
    ip_set_option(pcb, SOF_KEEPALIVE);
    if (!somebody_waits(listener) && hand_over(listener, pcb))
        return ERR_OK;
    return let_wait(listener, pcb);
}

unsigned tcp_transport_used(void)
{
    unsigned used = 0;
    for (unsigned i = 0; i < TCP_TRANSPORT_SLOTS; i++)
        used += slots[i].used;
    return used;
}

unsigned tcp_transport_waiting(void)
{
    return waiting_count;
}

/* Hands over the oldest of those that wait at a listener, so that none overtakes another, while another listener's may. */
static void serve_waiting(struct listener *listener)
{
    for (unsigned i = 0; i < waiting_count; i++) {
        if (waiting[i].listener != listener)
            continue;
        if (!hand_over(listener, waiting[i].pcb))
            return;
        tcp_backlog_accepted(waiting[i].pcb);
        forget_waiting(i--);
    }
}

/* Who is aborted is forgotten by on_waiting_error(). */
static void refuse_late(void)
{
    for (unsigned i = 0; i < waiting_count; i++) {
        uint32_t patience = waiting[i].listener->patience_ms;
        if (patience != 0 && sys_now() - waiting[i].since_ms >= patience)
            tcp_abort(waiting[i--].pcb);
    }
}

void tcp_transport_poll(void)
{
    for (unsigned i = 0; i < TCP_TRANSPORT_LISTENERS && waiting_count > 0; i++)
        if (listeners[i].pcb != NULL)
            serve_waiting(&listeners[i]);
    refuse_late();
}

static struct listener *free_listener(void)
{
    for (unsigned i = 0; i < TCP_TRANSPORT_LISTENERS; i++)
        if (listeners[i].pcb == NULL)
            return &listeners[i];
    return NULL;
}

int tcp_transport_listen(uint16_t port, int (*accept)(const struct transport *), uint32_t patience_ms)
{
    struct listener *listener = free_listener();
    struct tcp_pcb *pcb = tcp_new();
    if (listener == NULL || pcb == NULL || tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
        if (pcb != NULL)
            tcp_abort(pcb);
        return listener == NULL || pcb == NULL ? PORT_ERR_NOMEM : PORT_ERR_ARG;
    }
    struct tcp_pcb *listening = tcp_listen(pcb);
    if (listening == NULL) {
        tcp_abort(pcb);
        return PORT_ERR_NOMEM;
    }
    listener->pcb = listening;
    listener->accept = accept;
    listener->patience_ms = patience_ms;
    tcp_arg(listening, listener);
    tcp_accept(listening, on_accept);
    return 0;
}
