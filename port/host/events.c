#include "events.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>

static const struct event_source *sources[EVENTS_SOURCES];
static unsigned source_count;
static struct pollfd wanted[EVENTS_DESCRIPTORS];
static unsigned wanted_count;

void events_add(const struct event_source *source)
{
    if (source_count == EVENTS_SOURCES)
        abort();
    sources[source_count++] = source;
}

int events_want(int fd, short events)
{
    if (wanted_count == EVENTS_DESCRIPTORS)
        return -1;
    wanted[wanted_count] = (struct pollfd){.fd = fd, .events = events};
    return (int)wanted_count++;
}

short events_of(int number)
{
    return number < 0 ? 0 : wanted[number].revents;
}

void events_wait(uint32_t max_ms)
{
    uint32_t timeout = max_ms < INT_MAX ? max_ms : INT_MAX;
    wanted_count = 0;
    for (unsigned i = 0; i < source_count; i++)
        sources[i]->prepare(&timeout);
    if (poll(wanted, wanted_count, (int)timeout) < 0)
        for (unsigned i = 0; i < wanted_count; i++)
            wanted[i].revents = 0;
    for (unsigned i = 0; i < source_count; i++)
        sources[i]->dispatch();
}
