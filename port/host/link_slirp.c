/* The user-mode network: libslirp in this process, as QEMU has it.  No privileges; the device
 * sees 10.0.2.0/24 with this machine as 10.0.2.2, and ports of this machine lead to
 * its ports 80 and 443. */
#include <arpa/inet.h>
#include <poll.h>
#include <slirp/libslirp.h>
#include <string.h>
#include <time.h>

#include "events.h"
#include "link.h"
#include "options.h"

enum { DEVICE_HTTP = 80, DEVICE_HTTPS = 443, BACKLOG = 128 };

static Slirp *slirp;

static ssize_t receive(const void *frame, size_t len, void *opaque)
{
    (void)opaque;
    link_received(frame, len);
    return (ssize_t)len; /* a lost frame is not an error to libslirp: TCP repeats it */
}

static void complain(const char *message, void *opaque)
{
    (void)message, (void)opaque; /* about what the device sent; its own stack will notice */
}

/* The network's own clock: the device's may jump. */
static int64_t now_ns(void *opaque)
{
    struct timespec now;
    (void)opaque;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Timers are for IPv6's router advertisements, which are off. */
static void *make_timer(SlirpTimerId id, void *callback_opaque, void *opaque)
{
    static char dummy;
    (void)id, (void)callback_opaque, (void)opaque;
    return &dummy;
}

static void free_timer(void *timer, void *opaque)
{
    (void)timer, (void)opaque;
}

static void set_timer(void *timer, int64_t expires_ms, void *opaque)
{
    (void)timer, (void)expires_ms, (void)opaque;
}

static void mind_descriptor(int fd, void *opaque)
{
    (void)fd, (void)opaque; /* asked for anew before every wait */
}

static void wake(void *opaque)
{
    (void)opaque; /* there is one thread, and it is awake */
}

static int want(int fd, int events, void *opaque)
{
    (void)opaque;
    return events_want(fd, (short)((events & SLIRP_POLL_IN ? POLLIN : 0) | (events & SLIRP_POLL_OUT ? POLLOUT : 0) |
                                   (events & SLIRP_POLL_PRI ? POLLPRI : 0)));
}

static int got(int number, void *opaque)
{
    (void)opaque;
    short events = events_of(number);
    return (events & POLLIN ? SLIRP_POLL_IN : 0) | (events & POLLOUT ? SLIRP_POLL_OUT : 0) |
           (events & POLLPRI ? SLIRP_POLL_PRI : 0) | (events & POLLERR ? SLIRP_POLL_ERR : 0) |
           (events & POLLHUP ? SLIRP_POLL_HUP : 0);
}

static void prepare(uint32_t *timeout_ms)
{
    slirp_pollfds_fill(slirp, timeout_ms, want, NULL);
}

static void dispatch(void)
{
    slirp_pollfds_poll(slirp, 0, got, NULL);
}

/* libslirp listens with a backlog of one: of several clients that come at once all but two
 * would try again after a second, or be reset.  listen() may be called again. */
static int deepen(int fd, int events, void *opaque)
{
    int listening = 0;
    socklen_t len = sizeof listening;
    (void)events, (void)opaque;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening)
        listen(fd, BACKLOG);
    return -1;
}

static struct in_addr address(const char *dotted)
{
    struct in_addr result;
    inet_pton(AF_INET, dotted, &result);
    return result;
}

static void forward(const char *dotted, uint16_t port, uint16_t device_port)
{
    if (slirp_add_hostfwd(slirp, 0, address(dotted), port, (struct in_addr){0}, device_port) < 0)
        options_fail("forwarding rule: %s port %u is in use or not allowed", dotted, (unsigned)port);
}

static void open_slirp(void)
{
    static const struct event_source source = {prepare, dispatch};
    static const SlirpCb callbacks = {
        .send_packet = receive,
        .guest_error = complain,
        .clock_get_ns = now_ns,
        .timer_free = free_timer,
        .timer_mod = set_timer,
        .register_poll_fd = mind_descriptor,
        .unregister_poll_fd = mind_descriptor,
        .notify = wake,
        .timer_new_opaque = make_timer,
    };
    const SlirpConfig config = {
        .version = SLIRP_CONFIG_VERSION_MAX,
        .in_enabled = true,
        .vnetwork = address("10.0.2.0"),
        .vnetmask = address("255.255.255.0"),
        .vhost = address("10.0.2.2"),
        .vdhcp_start = address("10.0.2.15"),
        .vnameserver = address("10.0.2.3"),
    };
    const struct options *given = options();
    slirp = slirp_new(&config, &callbacks, NULL);
    if (slirp == NULL)
        options_fail("libslirp does not start");
    forward(given->forward_address, given->forward_port, DEVICE_HTTP);
    if (given->https_address != NULL)
        forward(given->https_address, given->https_port, DEVICE_HTTPS);
    uint32_t unused = 0;
    slirp_pollfds_fill(slirp, &unused, deepen, NULL);
    events_add(&source);
}

/* libslirp 4.7 makes a connection's buffers anew at each SYN|ACK, and what its client sent by
 * then is lost for good.  One that comes again whole, as on a cable with faults, is kept from it. */
static bool is_repeated_syn(const uint8_t *frame, size_t len)
{
    enum { IP = 14, TCP = IP + 20, PORTS = TCP, FLAGS = TCP + 13, SYN_AND_ACK = 0x12, KEPT = 64 };
    static uint8_t kept[KEPT][8]; /* ports and sequence number of the last ones */
    static unsigned next;
    if (len <= FLAGS || frame[IP - 2] != 8 || frame[IP - 1] != 0 || frame[IP] != 0x45 || frame[IP + 9] != IPPROTO_TCP ||
        (frame[FLAGS] & SYN_AND_ACK) != SYN_AND_ACK || len < IP + (size_t)(frame[IP + 2] << 8 | frame[IP + 3]))
        return false;
    for (unsigned i = 0; i < KEPT; i++)
        if (memcmp(kept[i], frame + PORTS, sizeof kept[i]) == 0)
            return true;
    memcpy(kept[next++ % KEPT], frame + PORTS, sizeof kept[0]);
    return false;
}

static void send_frame(const uint8_t *frame, size_t len)
{
    if (!is_repeated_syn(frame, len))
        slirp_input(slirp, frame, (int)len);
}

const struct link link_slirp = {open_slirp, send_frame};
