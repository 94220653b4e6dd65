/* The other end of the cable: the fuzzer's clients. */
#ifndef FRAMES_PEER_H
#define FRAMES_PEER_H

#include <stddef.h>
#include <stdint.h>

enum { FRAMES_PEERS = 8, FRAMES_HEADERS = 54 /* bytes of Ethernet, IP and TCP without options */ };

enum frames_flags { FRAMES_FIN = 1, FRAMES_SYN = 2, FRAMES_RST = 4, FRAMES_PSH = 8, FRAMES_ACK = 16 };

/* A segment to be sent: what differs from what would be right. */
struct frames_segment {
    uint8_t flags;
    int seq_change, ack_change;
    uint16_t window;
    const uint8_t *data;
    size_t len;
};

/* Forgets all connections; ports begin anew. */
void frames_peer_reset(void);

/* Sends a segment of connection 0..FRAMES_PEERS-1. */
void frames_peer_send(unsigned index, const struct frames_segment *segment);

/* Begins a connection from a new port: sends SYN; the third step follows with frames_peer_ack(). */
void frames_peer_connect(unsigned index);

/* Acknowledges all that the device has sent on a connection. */
void frames_peer_ack(unsigned index);

/* Sends bytes as an IP packet: Ethernet header in front, lengths and checksums made right. */
void frames_peer_packet(const uint8_t *packet, size_t len);

#endif
