/* A TAP device of this machine: the device is on a network of its own address, as a board is.
 * Opening one needs root, or that an administrator made it for this user. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "events.h"
#include "link.h"
#include "options.h"

static int tap = -1;
static int wanted = -1;

static void prepare(uint32_t *timeout_ms)
{
    (void)timeout_ms;
    wanted = events_want(tap, POLLIN);
}

static void dispatch(void)
{
    uint8_t frame[LINK_FRAME_BYTES];
    ssize_t n;
    if (events_of(wanted) == 0)
        return;
    /* The kernel's queue waits longer than ours: no more is taken than has room. */
    for (unsigned i = 0; i < LINK_QUEUE_FRAMES / 2 && (n = read(tap, frame, sizeof frame)) > 0; i++)
        link_received(frame, (size_t)n);
}

static void open_tap(void)
{
    static const struct event_source source = {prepare, dispatch};
    const char *name = options()->tap;
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    if (strlen(name) >= sizeof request.ifr_name)
        options_fail("--net tap=%s: no device has so long a name", name);
    strcpy(request.ifr_name, name);
    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap < 0)
        options_fail("--net tap=%s: /dev/net/tun: %s", name, strerror(errno));
    if (ioctl(tap, TUNSETIFF, &request) < 0)
        options_fail("--net tap=%s: %s (make it with: ip tuntap add %s mode tap user $USER)", name, strerror(errno),
                     name);
    events_add(&source);
}

static void send_frame(const uint8_t *frame, size_t len)
{
    if (write(tap, frame, len) < 0)
        return; /* lost, as on a wire */
}

const struct link link_tap = {open_tap, send_frame};
