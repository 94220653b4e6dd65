#include "memory_transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct memory_transport *open_client(void *ctx)
{
    struct memory_transport *client = ctx;

    assert_int_equal(client->closed + client->aborted, 0); /* ctx's lifetime has not ended */
    return client;
}

static int memory_recv(void *ctx, void *buf, size_t length)
{
    struct memory_transport *client = open_client(ctx);
    size_t n = client->in_end - client->in_start;

    assert_true(length > 0);
    if (client->reset) {
        return TRANSPORT_RESET;
    }
    if (n == 0) {
        return client->fin ? TRANSPORT_CLOSED : 0;
    }
    n = n < length ? n : length;
    if (client->recv_limit > 0 && n > client->recv_limit) {
        n = client->recv_limit;
    }
    memcpy(buf, client->in + client->in_start, n);
    client->in_start += n;
    return (int)n;
}

static void push(struct memory_transport *client)
{
    client->segments += client->pushed < client->out_length;
    client->pushed = client->out_length;
}

static int memory_send(void *ctx, const void *buf, size_t length, bool more)
{
    struct memory_transport *client = open_client(ctx);

    if (client->reset) {
        return TRANSPORT_RESET;
    }
    if (length > client->window) {
        length = client->window;
        more = length > 0;
    }
    assert_true(client->out_length + length <= MEMORY_OUT_BYTES);
    memcpy(client->out + client->out_length, buf, length);
    client->out_length += length;
    client->out[client->out_length] = '\0';
    client->window -= length;
    if (!more) {
        push(client);
    }
    return (int)length;
}

static void memory_close(void *ctx)
{
    struct memory_transport *client = open_client(ctx);

    push(client);
    client->closed++;
}

static void memory_abort(void *ctx)
{
    open_client(ctx)->aborted++;
}

static void memory_wait(void *ctx, uint32_t max_ms)
{
    struct memory_transport *client = open_client(ctx);

    client->waits++;
    assert_non_null(client->on_wait); /* a wait that nobody expects would be for ever */
    client->on_wait(client, max_ms);
}

static const struct transport_ops ops = {
    .recv = memory_recv,
    .send = memory_send,
    .close = memory_close,
    .abort = memory_abort,
    .wait = memory_wait,
};

void memory_transport_init(struct memory_transport *client)
{
    client->in_start = client->in_end = client->recv_limit = 0;
    client->out_length = client->pushed = 0;
    client->out[0] = '\0';
    client->window = SIZE_MAX;
    client->segments = client->closed = client->aborted = client->waits = 0;
    client->fin = client->reset = false;
    client->on_wait = NULL;
    client->address = "192.0.2.7";
}

struct transport memory_transport_of(struct memory_transport *client)
{
    struct transport transport = {
        .ops = &ops,
        .ctx = client,
        .scheme = "http",
        .local_address = "192.0.2.1",
        .peer_port = 40000,
        .local_port = 80,
    };

    snprintf(transport.peer_address, sizeof transport.peer_address, "%s", client->address);
    return transport;
}

void memory_transport_send(struct memory_transport *client, const void *bytes, size_t length)
{
    assert_true(client->in_end + length <= MEMORY_IN_BYTES);
    memcpy(client->in + client->in_end, bytes, length);
    client->in_end += length;
}
