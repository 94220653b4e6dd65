#include "console.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "events.h"

static bool ended;    /* nothing more will be typed */
static bool readable; /* as of the last wait */
static int number = -1;

static void prepare(uint32_t *timeout_ms)
{
    (void)timeout_ms;
    number = ended || readable ? -1 : events_want(STDIN_FILENO, POLLIN);
}

static void dispatch(void)
{
    if (events_of(number) != 0)
        readable = true;
}

void console_start(void)
{
    static const struct event_source source = {prepare, dispatch};
    events_add(&source);
}

int console_write(const char *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write(STDOUT_FILENO, buf + done, len - done);
        if (n >= 0)
            done += (size_t)n;
        else if (errno == EAGAIN)
            poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
        else if (errno != EINTR)
            break; /* nobody listens any more */
    }
    return (int)len;
}

/* A byte at a time would be a system call a byte when nothing has been typed; the flag,
 * from poll(), spares the loop that. */
int console_read(char *buf, size_t len)
{
    if (!readable)
        return 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&input, 1, 0) <= 0) {
        readable = false;
        return 0;
    }
    ssize_t n = read(STDIN_FILENO, buf, len);
    if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
        ended = true;
        readable = false;
    }
    return n > 0 ? (int)n : 0;
}
