/* What port/lwip asks of an Ethernet driver.
 *
 * A driver embeds struct ethernet, fills in the two functions, and its netif init
 * function points netif->state at it. */
#ifndef ETHERNET_H
#define ETHERNET_H

#include <stdbool.h>
#include <stdint.h>

struct pbuf;

/* Since the start; all wrap. */
struct ethernet_counters {
    uint32_t rx_frames;  /* handed to the stack */
    uint32_t rx_errors;  /* damaged on the wire */
    uint32_t rx_dropped; /* lost in the device: it was full */
    uint32_t rx_no_pbuf; /* times reception paused because lwIP's pool was empty */
    uint32_t tx_frames;
    uint32_t tx_errors;  /* reported by the device after sending */
    uint32_t tx_dropped; /* never sent: the device stayed full */
};

struct ethernet {
    /* The next received frame, the caller's from now on, or NULL.  Also does what the
     * driver has to do outside of interrupts.  Never blocks. */
    struct pbuf *(*receive)(struct ethernet *ethernet);
    /* Whether the cable is connected, as of the last receive(). */
    bool (*link_up)(struct ethernet *ethernet);
    struct ethernet_counters counters;
};

#endif
