/* A transport in memory: the test is the client, byte by byte if it likes. */
#ifndef MEMORY_TRANSPORT_H
#define MEMORY_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "transport.h"

enum {
    MEMORY_IN_BYTES = 256 * 1024,  /* bytes a client can send in a test */
    MEMORY_OUT_BYTES = 512 * 1024, /* bytes it can be sent */
};

struct memory_transport {
    char in[MEMORY_IN_BYTES];
    size_t in_start, in_end;
    size_t recv_limit;              /* bytes given by one recv; 0: no limit */
    char out[MEMORY_OUT_BYTES + 1]; /* terminated */
    size_t out_length;              /* bytes taken, pushed or not */
    size_t pushed;                  /* of them, those that left in a segment */
    size_t window;                  /* bytes that will still be taken */
    unsigned segments;              /* bursts that ended with more == false, or a full window */
    const char *address;            /* where the client is */
    bool fin;                       /* the client closes its side behind what it has sent */
    bool reset;                     /* the client is gone */
    unsigned closed, aborted;       /* calls */
    unsigned waits;
    void (*on_wait)(struct memory_transport *client, uint32_t max_ms);
};

/* Empties it: nothing sent, an endless window. */
void memory_transport_init(struct memory_transport *client);

/* The seam's view. */
struct transport memory_transport_of(struct memory_transport *client);

/* The client sends bytes. */
void memory_transport_send(struct memory_transport *client, const void *bytes, size_t length);

#endif
