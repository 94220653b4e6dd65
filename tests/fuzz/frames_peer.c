#include "frames_peer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frames_board.h"

enum {
    ETHERNET = 14,
    IP = 20,
    TCP = 20,
    FIRST_PORT = 20000,
    SERVER_PORT = 80,
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
};

struct peer {
    uint16_t port;
    uint32_t next;  /* the sequence number of the next byte sent */
    uint32_t seen;  /* the next byte expected of the device */
    uint32_t first; /* its first one */
};

static const uint8_t our_mac[6] = {0x02, 0, 0, 0, 0, 2}, device_mac[6] = {0x02, 0, 0, 0, 0, 1};
static const uint8_t our_ip[4] = {10, 0, 2, 2}, device_ip[4] = {10, 0, 2, 15};
static struct peer peers[FRAMES_PEERS];
static uint16_t next_port;

void frames_peer_reset(void)
{
    memset(peers, 0, sizeof peers);
    next_port = FIRST_PORT;
}

static void put16(uint8_t *to, unsigned value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
    put16(to, value >> 16);
    put16(to + 2, value & 0xFFFF);
}

static unsigned get16(const uint8_t *from)
{
    return (unsigned)from[0] << 8 | from[1];
}

static uint32_t get32(const uint8_t *from)
{
    return (uint32_t)get16(from) << 16 | get16(from + 2);
}

/* RFC 1071. */
static unsigned sum(const uint8_t *bytes, size_t len, uint32_t start)
{
    for (size_t i = 0; i < len; i++)
        start += i & 1 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (start >> 16)
        start = (start & 0xFFFF) + (start >> 16);
    return start;
}

static void set_transport_checksum(uint8_t *ip, size_t header, size_t len)
{
    static const uint8_t offsets[] = {[PROTOCOL_ICMP] = 2, [PROTOCOL_TCP] = 16, [PROTOCOL_UDP] = 6};
    unsigned protocol = ip[9];
    uint8_t offset = protocol < sizeof offsets ? offsets[protocol] : 0;
    if (offset == 0 || header + offset + 2 > len)
        return;
    uint8_t *field = ip + header + offset;
    uint32_t start = protocol == PROTOCOL_ICMP ? 0 : sum(ip + 12, 8, protocol + (uint32_t)(len - header));
    put16(field, 0);
    put16(field, ~sum(ip + header, len - header, start) & 0xFFFF);
}

static void send_ip(uint8_t *frame, size_t len)
{
    uint8_t *ip = frame + ETHERNET;
    size_t header = (size_t)(ip[0] & 15) * 4;
    memcpy(frame, device_mac, 6);
    memcpy(frame + 6, our_mac, 6);
    put16(frame + 12, 0x0800);
    if (len >= IP && header >= IP && header <= len) {
        put16(ip + 10, 0);
        put16(ip + 10, ~sum(ip, header, 0) & 0xFFFF);
        set_transport_checksum(ip, header, len);
    }
    frames_board_receive(frame, ETHERNET + len);
}

void frames_peer_packet(const uint8_t *packet, size_t len)
{
    uint8_t frame[FRAMES_BYTES];
    if (len > sizeof frame - ETHERNET)
        return;
    memcpy(frame + ETHERNET, packet, len);
    send_ip(frame, len);
}

void frames_peer_send(unsigned index, const struct frames_segment *segment)
{
    struct peer *peer = &peers[index];
    uint8_t frame[FRAMES_BYTES] = {0};
    uint8_t *ip = frame + ETHERNET, *tcp = ip + IP;
    if (segment->len > sizeof frame - FRAMES_HEADERS)
        return;
    ip[0] = 0x45;
    put16(ip + 2, (unsigned)(IP + TCP + segment->len));
    ip[8] = 64;
    ip[9] = PROTOCOL_TCP;
    memcpy(ip + 12, our_ip, 4);
    memcpy(ip + 16, device_ip, 4);
    put16(tcp, peer->port);
    put16(tcp + 2, SERVER_PORT);
    put32(tcp + 4, peer->next + (uint32_t)segment->seq_change);
    put32(tcp + 8, segment->flags & FRAMES_ACK ? peer->seen + (uint32_t)segment->ack_change : 0);
    tcp[12] = TCP / 4 << 4;
    tcp[13] = segment->flags;
    put16(tcp + 14, segment->window);
    memcpy(tcp + TCP, segment->data, segment->len);
    if (segment->seq_change == 0)
        peer->next += (uint32_t)segment->len + (segment->flags & FRAMES_FIN ? 1 : 0);
    send_ip(frame, IP + TCP + segment->len);
}

void frames_peer_connect(unsigned index)
{
    const struct frames_segment syn = {.flags = FRAMES_SYN, .window = UINT16_MAX, .data = (const uint8_t *)""};
    peers[index] = (struct peer){.port = next_port, .next = 1000u * next_port};
    next_port++;
    frames_peer_send(index, &syn);
    peers[index].next++;
}

void frames_peer_ack(unsigned index)
{
    const struct frames_segment ack = {.flags = FRAMES_ACK, .window = UINT16_MAX, .data = (const uint8_t *)""};
    frames_peer_send(index, &ack);
}

static void answer_arp(const uint8_t *frame, size_t len)
{
    uint8_t answer[42];
    if (len < sizeof answer || get16(frame + 20) != 1)
        return;
    memcpy(answer, frame, sizeof answer);
    memcpy(answer, device_mac, 6);
    memcpy(answer + 6, our_mac, 6);
    answer[21] = 2; /* a reply */
    memcpy(answer + 22, our_mac, 6);
    memcpy(answer + 28, frame + 38, 4);
    memcpy(answer + 32, frame + 22, 10);
    frames_board_receive(answer, sizeof answer);
}

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* Whatever made the device send it, a packet of its own is a valid one. */
static void check_packet(const uint8_t *ip, size_t len)
{
    size_t header = (size_t)(ip[0] & 15) * 4, total = get16(ip + 2);
    require(ip[0] >> 4 == 4 && header >= IP && total >= header && total <= len);
    require(sum(ip, header, 0) == 0xFFFF);
    if (ip[9] != PROTOCOL_TCP)
        return;
    const uint8_t *tcp = ip + header;
    require(total - header >= TCP && tcp[12] >> 4 >= TCP / 4 && (size_t)(tcp[12] >> 4) * 4 <= total - header);
    require(sum(tcp, total - header, sum(ip + 12, 8, PROTOCOL_TCP + (uint32_t)(total - header))) == 0xFFFF);
}

/* Whatever a client sent, what it first gets is a response. */
static void check_response(const struct peer *peer, uint32_t seq, const uint8_t *data, size_t len)
{
    static const char start[] = "HTTP/1.1 ";
    size_t n = len < sizeof start - 1 ? len : sizeof start - 1;
    if (seq == peer->first && n > 0)
        require(memcmp(data, start, n) == 0);
}

static void follow_tcp(const uint8_t *ip, size_t len)
{
    const uint8_t *tcp = ip + IP;
    for (unsigned i = 0; i < FRAMES_PEERS; i++) {
        if (peers[i].port == 0 || get16(tcp + 2) != peers[i].port)
            continue;
        size_t header = (size_t)(tcp[12] >> 4) * 4;
        uint32_t bytes =
            (uint32_t)(len - IP - header) + (tcp[13] & FRAMES_SYN ? 1 : 0) + (tcp[13] & FRAMES_FIN ? 1 : 0);
        uint32_t end = get32(tcp + 4) + bytes;
        if (tcp[13] & FRAMES_SYN)
            peers[i].first = end;
        else if (!(tcp[13] & FRAMES_RST))
            check_response(&peers[i], get32(tcp + 4), tcp + header, len - IP - header);
        if (tcp[13] & FRAMES_SYN || (int32_t)(end - peers[i].seen) > 0)
            peers[i].seen = end;
    }
}

void frames_peer_take(const uint8_t *frame, size_t len)
{
    const uint8_t *ip = frame + ETHERNET;
    require(len >= ETHERNET + IP);
    if (get16(frame + 12) == 0x0806)
        answer_arp(frame, len);
    if (get16(frame + 12) != 0x0800)
        return;
    check_packet(ip, len - ETHERNET);
    if (ip[9] == PROTOCOL_TCP && ip[0] == 0x45)
        follow_tcp(ip, get16(ip + 2));
}
