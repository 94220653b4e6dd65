/* What goes wrong on purpose: frames, allocations, entropy, clocks.  For tests only; with
 * nothing asked for, everything is as it is without this file.
 *
 * --faults takes a list such as "seed=7,drop=2,delay=5" and holds from the start.  At run
 * time an app asks for more through the Python module `hostboard`. */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FAULTS_HELD = 32,         /* frames held back at a time and direction; more are delivered */
    FAULTS_DELAY_US = 50000,  /* longest delay of a delayed frame */
    FAULTS_REORDER_US = 2000, /* how long a frame is held for others to overtake it */
};

/* Percent of the frames, of both directions, to which it happens.  Each frame meets one
 * at most. */
struct faults_frames {
    uint32_t seed; /* of the schedule: the same frames meet the same */
    unsigned drop, duplicate, reorder, delay, cut;
};

enum faults_direction { FAULTS_IN, FAULTS_OUT };

/* Reads --faults.  A mistake in it ends the process with a line that says which. */
void faults_start(const char *list);

/* Frames from now on. */
void faults_set_frames(const struct faults_frames *frames);

/* A frame passes: deliver is called for it now, later, twice or never. */
void faults_pass(enum faults_direction direction, const uint8_t *frame, size_t len,
                 void (*deliver)(const uint8_t *frame, size_t len));

/* The nth allocation from now on fails, and `count` in all; nth 0: none does.  Of lwIP's pools
 * and heap from now on; of Python's allocators from the next request on. */
void faults_fail_pools(unsigned nth, unsigned count);
void faults_fail_python(unsigned nth, unsigned count);

/* A request begins: what was asked for holds from now on. */
void faults_request(void);

/* Whether getrandom() fails, Python's included. */
void faults_fail_entropy(bool fail);

/* Moves the real time, and the monotonic one, which only goes forward, when the next
 * request begins, so that the one which asks is answered in its time; milliseconds. */
void faults_jump(int64_t real_ms, uint32_t monotonic_ms);

#endif
