/* A bad cable. */
#include <string.h>

#include "events.h"
#include "faults.h"
#include "link.h"
#include "port.h"

enum { SHORTEST_CUT = 1 /* bytes that are left of a cut frame, at least */ };

struct held {
    bool used;
    uint64_t due_us;
    void (*deliver)(const uint8_t *frame, size_t len);
    size_t len;
    uint8_t bytes[LINK_FRAME_BYTES];
};

static struct faults_frames schedule;
static uint32_t state;
static struct held held[2][FAULTS_HELD];

/* xorshift32: any seed but 0 gives the same schedule every time. */
static uint32_t next(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static bool release_due(struct held *frame, uint64_t now)
{
    if (!frame->used || frame->due_us > now)
        return false;
    frame->used = false;
    frame->deliver(frame->bytes, frame->len);
    return true;
}

static void prepare(uint32_t *timeout_ms)
{
    uint64_t now = port_micros();
    for (unsigned i = 0; i < 2 * FAULTS_HELD; i++) {
        const struct held *frame = &held[i / FAULTS_HELD][i % FAULTS_HELD];
        if (!frame->used)
            continue;
        uint64_t left_ms = frame->due_us > now ? (frame->due_us - now + 999) / 1000 : 0;
        if (left_ms < *timeout_ms)
            *timeout_ms = (uint32_t)left_ms;
    }
}

static void dispatch(void)
{
    uint64_t now = port_micros();
    for (unsigned i = 0; i < 2 * FAULTS_HELD; i++)
        release_due(&held[i / FAULTS_HELD][i % FAULTS_HELD], now);
}

void faults_set_frames(const struct faults_frames *frames)
{
    static const struct event_source source = {prepare, dispatch};
    static bool added;
    if (!added)
        events_add(&source);
    added = true;
    schedule = *frames;
    state = frames->seed != 0 ? frames->seed : 1;
}

static bool hold(enum faults_direction direction, const uint8_t *frame, size_t len,
                 void (*deliver)(const uint8_t *frame, size_t len), uint32_t us)
{
    for (unsigned i = 0; i < FAULTS_HELD; i++) {
        struct held *slot = &held[direction][i];
        if (slot->used)
            continue;
        *slot = (struct held){.used = true, .due_us = port_micros() + us, .deliver = deliver, .len = len};
        memcpy(slot->bytes, frame, len);
        return true;
    }
    return false;
}

void faults_pass(enum faults_direction direction, const uint8_t *frame, size_t len,
                 void (*deliver)(const uint8_t *frame, size_t len))
{
    const struct faults_frames *s = &schedule;
    unsigned most = s->drop + s->duplicate + s->reorder + s->delay + s->cut;
    unsigned lot = most > 0 ? next() % 100 : 100;
    if (lot >= most) {
        deliver(frame, len);
    } else if (lot < s->drop) {
        return;
    } else if (lot < s->drop + s->duplicate) {
        deliver(frame, len);
        deliver(frame, len);
    } else if (lot < s->drop + s->duplicate + s->reorder) {
        if (!hold(direction, frame, len, deliver, FAULTS_REORDER_US))
            deliver(frame, len);
    } else if (lot < most - s->cut) {
        if (!hold(direction, frame, len, deliver, 1 + next() % FAULTS_DELAY_US))
            deliver(frame, len);
    } else {
        deliver(frame, SHORTEST_CUT + next() % len);
    }
}
