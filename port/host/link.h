/* Where Ethernet frames go to and come from: the user-mode network, or a TAP device. */
#ifndef LINK_H
#define LINK_H

#include <stddef.h>
#include <stdint.h>

enum {
    LINK_FRAME_BYTES = 1514, /* without the CRC */
    LINK_QUEUE_FRAMES =
        512, /* received and not yet taken; static.  Every slot full of the smallest segments has room */
};

/* One kind of link.  Static. */
struct link {
    /* Opens it; whatever is wrong ends the process with a line that says what. */
    void (*open)(void);
    /* Sends a frame; the buffer stays the caller's.  Never blocks; a frame that cannot be
     * sent is lost, as on a wire. */
    void (*send)(const uint8_t *frame, size_t len);
};

extern const struct link link_slirp;
extern const struct link link_tap;

/* For a link: a frame has come.  frame stays the link's.  When the queue is full it is lost. */
void link_received(const uint8_t *frame, size_t len);

/* The oldest received frame, or NULL; *len is its length.  Valid until link_drop(). */
const uint8_t *link_first(size_t *len);
void link_drop(void);

#endif
