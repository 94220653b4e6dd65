/* Ethernet frames into lwIP, the dispatcher and an app in CPython; README.md has the format. */
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "frames_board.h"
#include "frames_peer.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip_port.h"
#include "server.h"
#include "tcp_transport.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OPERATIONS = 200, /* of one input at most */
    HTTP_PORT = 80,
    DEADLINE_MS = 10000,
    PASS_MS = 10,       /* of one operand of "time passes" */
    REST_STEP_MS = 250, /* lwIP's TCP timer */
    REST_MS = 300000,   /* how long pools may take to come back: more than anybody's patience */
    WINDOW_UNIT = 32,
    POOLS = 32,
    LONGEST_TIMER_MS = 60000, /* of lwIP's that go on for ever: DHCP's */
};

enum { ACKNOWLEDGES = 64, IS_LARGE = 128 };
enum operation { RAW, PACKET, DATA, SEGMENT, TIME, CONNECT, FINISH, RESET };

struct input {
    const uint8_t *at, *end;
    unsigned operations; /* executed so far */
};

static const char *pool_names[POOLS];
static unsigned at_rest[POOLS], pool_count;
static struct input present;
static bool serving; /* inside wsgi_server_poll() */
static ip4_addr_t address, netmask, gateway;

static uint64_t now_us(void)
{
    extern uint64_t port_micros(void);
    return port_micros();
}

/* The main loop; while the app waits for a client, only the network goes on. */
static void poll(void)
{
    while (lwip_port_poll())
        ;
    if (serving)
        return;
    serving = true;
    while (wsgi_server_poll())
        lwip_port_poll();
    serving = false;
}

/* --- the start -------------------------------------------------------------------- */

static void start_python(void)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.install_signal_handlers = 0;
    config.module_search_paths_set = 1;
    PyWideStringList_Append(&config.module_search_paths, L"" FUZZ_APPS);
    PyWideStringList_Append(&config.module_search_paths, L"" PYTHON_LIB);
    PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);
}

/* What an input may have left behind that is not in a pool: a lease, neighbours, and the phase of lwIP's timers,
 * each of which begins anew when it finds that it is late. */
static void forget(void)
{
    dhcp_stop(netif_default);
    netif_set_addr(netif_default, &address, &netmask, &gateway);
    poll();
    etharp_cleanup_netif(netif_default);
    frames_board_pass(2 * LONGEST_TIMER_MS - (uint32_t)(now_us() / 1000 % LONGEST_TIMER_MS));
    poll();
}

static void note_rest(void)
{
    struct lwip_port_pool pool;
    for (pool_count = 0; pool_count < POOLS && lwip_port_pool(pool_count, &pool); pool_count++) {
        pool_names[pool_count] = pool.name;
        at_rest[pool_count] = pool.used;
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const struct wsgi_config config = {
        .server_name = "fuzz", .port = HTTP_PORT, .deadline_ms = DEADLINE_MS, .now_us = now_us};
    (void)argc, (void)argv;
    start_python();
    if (wsgi_server_start(&config) < 0 || wsgi_server_load("app") < 0 || lwip_port_start() < 0 ||
        tcp_transport_listen(HTTP_PORT, wsgi_server_accept, 0) < 0)
        abort();
    while (lwip_port_address() == NULL) {
        frames_board_pass(REST_STEP_MS);
        poll();
    }
    address = *netif_ip4_addr(netif_default);
    netmask = *netif_ip4_netmask(netif_default);
    gateway = *netif_ip4_gw(netif_default);
    forget();
    note_rest();
    return 0;
}

/* --- an input --------------------------------------------------------------------- */

static uint8_t take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

/* The bytes of an operand with its length in front, in one byte or two; as many as there are. */
static size_t take_bytes(struct input *input, bool is_large, const uint8_t **bytes)
{
    size_t len = take(input);
    if (is_large)
        len = len << 8 | take(input);
    if (len > (size_t)(input->end - input->at))
        len = (size_t)(input->end - input->at);
    *bytes = input->at;
    input->at += len;
    return len;
}

static void send_data(unsigned peer, struct input *input, bool is_large)
{
    struct frames_segment segment = {.flags = FRAMES_ACK | FRAMES_PSH, .window = UINT16_MAX};
    segment.len = take_bytes(input, is_large, &segment.data);
    frames_peer_send(peer, &segment);
}

static void send_segment(unsigned peer, struct input *input, bool is_large)
{
    struct frames_segment segment = {.flags = take(input)};
    segment.seq_change = (int8_t)take(input);
    segment.ack_change = (int8_t)take(input);
    segment.window = (uint16_t)(take(input) * WINDOW_UNIT);
    segment.len = take_bytes(input, is_large, &segment.data);
    frames_peer_send(peer, &segment);
}

static void send_full(unsigned peer)
{
    static uint8_t letters[TCP_MSS];
    memset(letters, 'x', sizeof letters);
    const struct frames_segment segment = {
        .flags = FRAMES_ACK, .window = UINT16_MAX, .data = letters, .len = sizeof letters};
    frames_peer_send(peer, &segment);
}

static void send_flags(unsigned peer, uint8_t flags)
{
    const struct frames_segment segment = {.flags = flags, .window = UINT16_MAX, .data = (const uint8_t *)""};
    frames_peer_send(peer, &segment);
}

static bool execute(struct input *input)
{
    if (input->at == input->end || input->operations++ == OPERATIONS)
        return false;
    uint8_t byte = take(input);
    unsigned peer = byte >> 3 & 7;
    bool is_large = byte & IS_LARGE;
    const uint8_t *bytes;
    size_t len;
    switch ((enum operation)(byte & 7)) {
    case RAW:
        len = take_bytes(input, is_large, &bytes);
        frames_board_receive(bytes, len);
        break;
    case PACKET:
        len = take_bytes(input, is_large, &bytes);
        frames_peer_packet(bytes, len);
        break;
    case DATA:
        send_data(peer, input, is_large);
        break;
    case SEGMENT:
        send_segment(peer, input, is_large);
        break;
    case TIME:
        if (is_large)
            dhcp_start(netif_default);
        frames_board_pass(take(input) * PASS_MS);
        break;
    case CONNECT:
        frames_peer_connect(peer);
        poll();
        frames_peer_ack(peer);
        break;
    case FINISH:
        if (is_large)
            send_full(peer);
        else
            send_flags(peer, FRAMES_FIN | FRAMES_ACK);
        break;
    case RESET:
        send_flags(peer, FRAMES_RST | FRAMES_ACK);
        break;
    }
    poll();
    if (byte & ACKNOWLEDGES) {
        frames_peer_ack(peer);
        poll();
    }
    return true;
}

/* So the app gets what it waits for, if the input has it. */
bool frames_board_meanwhile(void)
{
    return execute(&present);
}

/* --- the end ---------------------------------------------------------------------- */

/* The first pool that has not come back, or NULL. */
static const char *missing(void)
{
    struct lwip_port_pool pool;
    for (unsigned i = 0; i < pool_count && lwip_port_pool(i, &pool); i++)
        if (pool.used != at_rest[i])
            return pool_names[i];
    return NULL;
}

/* TIME-WAIT is lwIP's alone and lasts two minutes, which cost more than most inputs do. */
static void end_time_wait(void)
{
    while (tcp_tw_pcbs != NULL)
        tcp_abort(tcp_tw_pcbs);
}

static void come_to_rest(void)
{
    for (unsigned peer = 0; peer < FRAMES_PEERS; peer++)
        send_flags(peer, FRAMES_RST | FRAMES_ACK);
    poll();
    forget();
    end_time_wait();
    for (uint32_t ms = 0; ms < REST_MS && (missing() != NULL || wsgi_server_connections() > 0); ms += REST_STEP_MS) {
        frames_board_pass(REST_STEP_MS);
        poll();
        end_time_wait();
    }
    forget();
    if (wsgi_server_connections() > 0 || missing() != NULL) {
        fprintf(stderr, "not given back: %s\n", missing() != NULL ? missing() : "connections");
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    present = (struct input){data, data + size, 0};
    frames_peer_reset();
    while (execute(&present))
        ;
    come_to_rest();
    if (PyErr_Occurred())
        abort();
    return 0;
}
