/* Test firmware: the machine and the network without Python.
 *
 * Port 7 echoes, port 9 discards, port 80 answers HTTP; single characters on the
 * console print figures or bring the machine down, see commands[]. */
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ethernet.h"
#include "irq.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip_port.h"
#include "machine.h"
#include "port.h"
#include "tcp_transport.h"

enum { CLIENTS = 16, BUFFER_BYTES = 4096, BIG_BYTES = 1 << 20, WATCHDOG_MS = 2000 };
enum { PORT_ECHO = 7, PORT_DISCARD = 9, PORT_HTTP = 80 };

struct client {
    bool used;
    struct transport transport;
    size_t pending, sent; /* bytes of buffer to send, and already sent */
    size_t big;           /* further bytes of a large answer */
    bool closing;
    char buffer[BUFFER_BYTES];
};

static struct client clients[CLIENTS];
static uint32_t wakeups, accepted;
static volatile uint32_t ticks;
static bool dozing; /* leaves connections alone, so that windows fill up */

static int on_accept(const struct transport *transport)
{
    for (int i = 0; i < CLIENTS; i++) {
        struct client *client = &clients[i];
        if (client->used)
            continue;
        client->used = true;
        client->transport = *transport;
        client->pending = client->sent = client->big = 0;
        client->closing = false;
        accepted++;
        return 0;
    }
    return -1;
}

static void leave(struct client *client, bool in_order)
{
    const struct transport *transport = &client->transport;
    if (in_order)
        transport->ops->close(transport->ctx);
    else
        transport->ops->abort(transport->ctx);
    client->used = false;
}

static void answer_http(struct client *client, size_t len)
{
    char *buffer = client->buffer;
    buffer[len] = '\0';
    if (strstr(buffer, "\r\n\r\n") == NULL) {
        client->pending = 0;
        return;
    }
    client->big = strncmp(buffer, "GET /big ", 9) == 0 ? BIG_BYTES : 0;
    client->closing = strstr(buffer, "onnection: close") != NULL;
    fault_note(buffer, strcspn(buffer, "\r"));
    static const char text[] = "hello from netecho\n";
    size_t length = client->big ? client->big : sizeof text - 1;
    client->pending =
        (size_t)sprintf(buffer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %lu\r\n\r\n%s",
                        (unsigned long)length, client->big ? "" : text);
}

/* Returns whether anything moved. */
static bool receive(struct client *client)
{
    const struct transport *transport = &client->transport;
    int n = transport->ops->recv(transport->ctx, client->buffer, sizeof client->buffer - 1);
    if (n == 0)
        return false;
    if (n < 0) {
        leave(client, n == TRANSPORT_CLOSED);
        return true;
    }
    client->sent = 0;
    client->pending = transport->local_port == PORT_DISCARD ? 0 : (size_t)n;
    if (transport->local_port == PORT_HTTP)
        answer_http(client, (size_t)n);
    return true;
}

static bool send(struct client *client)
{
    const struct transport *transport = &client->transport;
    int n = transport->ops->send(transport->ctx, client->buffer + client->sent, client->pending, client->big > 0);
    if (n < 0)
        leave(client, false);
    if (n <= 0)
        return n < 0;
    client->sent += (size_t)n;
    client->pending -= (size_t)n;
    if (client->pending == 0 && client->big > 0) {
        client->pending = client->big < sizeof client->buffer ? client->big : sizeof client->buffer;
        client->big -= client->pending;
        client->sent = 0;
        memset(client->buffer, 'x', client->pending);
    } else if (client->pending == 0 && client->closing) {
        leave(client, true);
    }
    return true;
}

static bool serve(void)
{
    bool moved = false;
    for (int i = 0; i < CLIENTS && !dozing; i++)
        if (clients[i].used)
            moved |= clients[i].pending > 0 ? send(&clients[i]) : receive(&clients[i]);
    return moved;
}

/* Of a pool of lwIP: how much is in use, how much was at most. */
static void print_pool(const char *name, memp_t pool)
{
    printf(" %s=%lu %s_max=%lu", name, (unsigned long)lwip_stats.memp[pool]->used, name,
           (unsigned long)lwip_stats.memp[pool]->max);
}

static void print_counters(void)
{
    const struct ethernet_counters *c = lwip_port_counters();
    if (c == NULL)
        return;
    printf("rx_frames=%" PRIu32 " rx_errors=%" PRIu32 " rx_dropped=%" PRIu32 " rx_no_pbuf=%" PRIu32
           " tx_frames=%" PRIu32 " tx_errors=%" PRIu32 " tx_dropped=%" PRIu32 "\n",
           c->rx_frames, c->rx_errors, c->rx_dropped, c->rx_no_pbuf, c->tx_frames, c->tx_errors, c->tx_dropped);
    printf("wakeups=%" PRIu32 " interrupts=%" PRIu32 " ticks=%" PRIu32 " accepted=%" PRIu32
           " uptime_ms=%lu stack=%lu address=%s\n",
           wakeups, irq_count(), ticks, accepted, (unsigned long)(port_micros() / 1000),
           (unsigned long)stack_high_water(), lwip_port_address() ? lwip_port_address() : "none");
    printf("heap_used=%lu heap_max=%lu heap_err=%lu", (unsigned long)lwip_stats.mem.used,
           (unsigned long)lwip_stats.mem.max, (unsigned long)lwip_stats.mem.err);
    print_pool("frames", MEMP_PBUF_POOL);
    print_pool("connections", MEMP_TCP_PCB);
    print_pool("segments", MEMP_TCP_SEG);
    printf("\n");
}

static void print_entropy(void)
{
    uint8_t bytes[32];
    int result = port_entropy(bytes, sizeof bytes);
    printf("entropy %d ", result);
    for (size_t i = 0; i < sizeof bytes && result == 0; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

static void measure_entropy(void)
{
    enum { READS = 100, READ_BYTES = 32 };
    uint8_t bytes[READ_BYTES];
    uint64_t start = port_micros(), longest = 0;
    int result = 0;
    for (int i = 0; i < READS; i++) {
        uint64_t before = port_micros();
        result |= port_entropy(bytes, sizeof bytes);
        uint64_t took = port_micros() - before;
        longest = took > longest ? took : longest;
    }
    uint64_t took = port_micros() - start;
    printf("entropy %d: %lu bytes/s, longest read %lu us\n", result,
           (unsigned long)(READS * READ_BYTES * 1000000ull / took), (unsigned long)longest);
}

static void count_tick(void)
{
    ticks++;
}

static void run_periodic(void)
{
    static bool running;
    running = !running;
    port_periodic(running ? 10 : 0, count_tick);
    printf("periodic %s\n", running ? "on" : "off");
}

static void read_null(void)
{
    int *volatile nowhere = NULL;
    printf("%d\n", nowhere[3]);
}

static int overflow_stack(int depth)
{
    volatile char frame[256];
    frame[0] = (char)depth;
    return depth == INT_MAX ? 0 : overflow_stack(depth + 1) + frame[0];
}

static void overflow(void)
{
    printf("%d\n", overflow_stack(0));
}

static void hang(void)
{
    port_watchdog(WATCHDOG_MS);
    for (;;) {
    }
}

static void hang_masked(void)
{
    irq_mask();
    hang();
}

/* A handler that never ends: the watchdog's NMI comes all the same. */
static void hang_in_tick(void)
{
    port_watchdog(WATCHDOG_MS);
    port_periodic(10, hang);
}

static void call_null(void)
{
    ((void (*volatile)(void))NULL)();
}

static void write_code(void)
{
    *(volatile uint32_t *)0x1000 = 0;
}

static void run_data(void)
{
    static uint16_t code[] = {0x4770};
    ((void (*)(void))((uintptr_t)code | 1))();
}

static void touch_nothing(void)
{
    (void)*(volatile uint32_t *)0x30000000;
}

static void divide(void)
{
    volatile int zero = 0, seven = 7;
    printf("%d\n", seven / zero);
}

static void panic(void)
{
    fault_panic("netecho was asked to");
}

static void request_reset(void)
{
    port_reset(PORT_RESET_REQUESTED);
}

static void doze(void)
{
    dozing = !dozing;
    printf("dozing %d\n", dozing);
}

static const struct {
    char key;
    void (*run)(void);
} commands[] = {
    {'c', print_counters}, {'e', print_entropy}, {'b', measure_entropy}, {'t', run_periodic},
    {'z', doze},           {'n', read_null},     {'o', overflow},        {'h', hang},
    {'w', write_code},     {'d', run_data},      {'v', divide},          {'a', touch_nothing},
    {'i', hang_masked},    {'s', hang_in_tick},  {'u', call_null},       {'p', panic},
    {'r', request_reset},
};

static bool obey(void)
{
    char key;
    if (port_console_read(&key, 1) == 0)
        return false;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].key == key)
            commands[i].run();
    return true;
}

static void announce_address(void)
{
    static bool announced;
    if (announced || lwip_port_address() == NULL)
        return;
    announced = true;
    printf("netecho: serving on %s\n", lwip_port_address());
}

int main(void)
{
    printf("netecho: started by %s\n", reset_reason_text(reset_reason()));
    print_entropy();
    int result = lwip_port_start();
    if (result < 0) {
        printf("netecho: no network (%d)\n", result);
        for (;;) {
            port_idle(1000);
            obey();
        }
    }
    tcp_transport_listen(PORT_ECHO, on_accept, 0);
    tcp_transport_listen(PORT_DISCARD, on_accept, 0);
    tcp_transport_listen(PORT_HTTP, on_accept, 0);
    for (;;) {
        bool moved = lwip_port_poll();
        moved |= serve();
        moved |= obey();
        announce_address();
        if (moved)
            continue;
        port_idle(lwip_port_next_timeout_ms());
        wakeups++;
    }
}
