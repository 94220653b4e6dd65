#include "link.h"

#include <string.h>

#include "faults.h"

static struct {
    size_t len;
    uint8_t bytes[LINK_FRAME_BYTES];
} queue[LINK_QUEUE_FRAMES];
static unsigned first, count;

static void enqueue(const uint8_t *frame, size_t len)
{
    if (count == LINK_QUEUE_FRAMES)
        return;
    unsigned last = (first + count) % LINK_QUEUE_FRAMES;
    memcpy(queue[last].bytes, frame, len);
    queue[last].len = len;
    count++;
}

void link_received(const uint8_t *frame, size_t len)
{
    if (len <= LINK_FRAME_BYTES)
        faults_pass(FAULTS_IN, frame, len, enqueue);
}

const uint8_t *link_first(size_t *len)
{
    *len = queue[first].len;
    return count > 0 ? queue[first].bytes : NULL;
}

void link_drop(void)
{
    first = (first + 1) % LINK_QUEUE_FRAMES;
    count--;
}
