/* Chunked bodies, from the wire to wsgi.input. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "connection.h"

#define GET "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
#define HEAD "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

enum { PIECE_BYTES = 1000 };

/* Sends count chunks of PIECE_BYTES bytes each, the last chunk not among them. */
static void send_chunks(struct memory_transport *client, unsigned count)
{
    static char data[PIECE_BYTES + 1];

    memset(data, 'x', PIECE_BYTES);
    for (unsigned i = 0; i < count; i++) {
        harness_send(client, "3E8;ignored=\"yes\"\r\n");
        data[PIECE_BYTES - 1] = '\n';
        harness_send(client, data);
        harness_send(client, "\r\n");
    }
}

static struct memory_transport *begin(const char *app)
{
    struct memory_transport *client = harness_connect();

    harness_app(app);
    harness_send(client, HEAD);
    return client;
}

/* A body that fits the buffer has a length after all. */
static void test_small(void **state)
{
    struct memory_transport *client = begin("reads");

    (void)state;
    harness_do("cases.kept['read'] = ['environ.get(\"CONTENT_LENGTH\")', 'environ.get(\"HTTP_TRANSFER_ENCODING\")',"
               "'i.read()', 'i.read()']");
    harness_send(client, "3\r\nab\n\r\n2;x\r\ncd\r\n0\r\nX-Trailer: 1\r\n\r\n" GET);
    harness_run();
    harness_check("cases.seen[:4] == ['5', None, b'ab\\ncd', b'']");
    harness_expect_part(client, "\r\n\r\nreadHTTP/1.1 200 OK\r\n");
    assert_int_equal(client->closed, 0);
}

/* The application is not called before it is whole. */
static void test_byte_by_byte(void **state)
{
    static const char body[] = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    struct memory_transport *client = begin("reads_all");

    (void)state;
    for (unsigned i = 0; i < sizeof body - 1; i++) {
        harness_check("cases.seen == []");
        memory_transport_send(client, body + i, 1);
        harness_run();
    }
    harness_check("cases.seen == [5]");
    harness_expect_end(client, "read");
}

static void test_large(void **state)
{
    static const char *const reads[] = {
        "i.read()",       "b''.join(iter(lambda: i.read(700), b''))", "b''.join(i)",      "b''.join(i.readlines())",
        "i.read(100000)", "b''.join(iter(i.readline, b''))",          "i.read(50000) * 2"};

    (void)state;
    for (unsigned i = 0; i < sizeof reads / sizeof reads[0]; i++) {
        struct memory_transport *client = begin("reads");
        char text[200];

        snprintf(text, sizeof text,
                 "cases.seen.clear(); cases.kept['read'] = [\"%s\", \"environ.get('CONTENT_LENGTH')\"]", reads[i]);
        harness_do(text);
        client->recv_limit = i % 2 == 0 ? 1237 : 0;
        send_chunks(client, 100);
        harness_send(client, "0\r\n\r\n" GET);
        harness_run();
        harness_check("cases.seen[0] == (b'x' * 999 + b'\\n') * 100 and cases.seen[1] is None");
        harness_expect_part(client, "\r\n\r\nreadHTTP/1.1 200 OK\r\n");
        client->fin = true;
        harness_run();
        assert_int_equal(client->closed, 1);
    }
}

static void send_the_rest(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    harness_advance_ms(1);
    if (client->waits <= 20) {
        send_chunks(client, 1);
    } else {
        harness_send(client, "0\r\n\r\n");
    }
}

static void test_waits_for_chunks(void **state)
{
    struct memory_transport *client = begin("reads_all");

    (void)state;
    client->on_wait = send_the_rest;
    send_chunks(client, 10);
    harness_run();
    harness_check("cases.seen == [30000]");
    harness_expect_end(client, "read");
}

/* Within the buffer it is refused before the application is called. */
static void test_malformed(void **state)
{
    struct memory_transport *client = begin("reads_all");

    (void)state;
    harness_send(client, "3\r\nabcd\r\n0\r\n\r\n");
    harness_run();
    harness_expect_start(client, "HTTP/1.1 400 Bad Request\r\n");
    harness_expect_end(client, "the chunked body is malformed\n");
    assert_int_equal(client->closed, 1);
    harness_check("cases.seen == []");
}

/* Later it is an OSError, and a 400 if the application does not catch it. */
static void test_malformed_later(void **state)
{
    struct memory_transport *client = begin("reads_all");

    (void)state;
    send_chunks(client, 20);
    harness_send(client, "oops\r\n" GET);
    harness_run();
    harness_expect_start(client, "HTTP/1.1 400 Bad Request\r\n");
    harness_check("cases.seen == [] and sys.stderr.text() == ''");
    assert_int_equal(client->closed, 1);
    client = begin("reads");
    harness_do("cases.kept['read'] = ['i.read()', 'i.read()', 'i.readline()', 'next(i)']");
    send_chunks(client, 20);
    harness_send(client, "oops\r\n" GET);
    harness_run();
    harness_check("cases.seen == ['OSError'] * 4");
    harness_expect_end(client, "\r\nConnection: close\r\n\r\nread");
    assert_int_equal(client->closed, 1);
}

static void test_too_large(void **state)
{
    struct memory_transport *client = begin("reads_all");

    (void)state;
    send_chunks(client, 20);
    harness_send(client, "FFFFFFFF\r\n");
    harness_run();
    harness_expect_start(client, "HTTP/1.1 413 Content Too Large\r\n");
    client = begin("reads_all");
    harness_send(client, "FFFFFFFF\r\n");
    harness_run();
    harness_expect_start(client, "HTTP/1.1 413 Content Too Large\r\n");
    harness_check("cases.seen == []");
}

static void test_unread(void **state)
{
    struct memory_transport *client = begin("ignores_body");

    (void)state;
    send_chunks(client, 50);
    harness_send(client, "0\r\n\r\n" GET);
    harness_run();
    harness_expect_part(client, "\r\n\r\nignoredHTTP/1.1 200 OK\r\n");
    assert_int_equal(client->closed, 0);
}

/* Nobody drops more than CONNECTION_DRAIN_BYTES, framing included. */
static void test_much_unread(void **state)
{
    struct memory_transport *client = begin("ignores_body");

    (void)state;
    send_chunks(client, 100);
    harness_send(client, "0\r\n\r\n" GET);
    harness_run();
    harness_expect_end(client, "\r\n\r\nignored");
    assert_int_equal(client->closed, 1);
    assert_true(client->in_start <= CONNECTION_DRAIN_BYTES + 2 * CONNECTION_BUFFER_BYTES);
}

static void test_unread_and_malformed(void **state)
{
    struct memory_transport *client = begin("ignores_body");

    (void)state;
    send_chunks(client, 20);
    harness_send(client, "oops\r\n" GET);
    harness_run();
    harness_expect_end(client, "\r\n\r\nignored");
    assert_int_equal(client->closed, 1);
}

static void send_one_chunk(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    harness_expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
    harness_send(client, "5\r\nabcde\r\n0\r\n\r\n");
}

static void test_expect_continue(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = send_one_chunk;
    harness_send(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    harness_run();
    harness_check("cases.seen == [5]");
    harness_expect_end(client, "read");
    assert_int_equal(client->closed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_small),           harness_test(test_byte_by_byte),
        harness_test(test_large),           harness_test(test_waits_for_chunks),
        harness_test(test_malformed),       harness_test(test_malformed_later),
        harness_test(test_too_large),       harness_test(test_unread),
        harness_test(test_much_unread),     harness_test(test_unread_and_malformed),
        harness_test(test_expect_continue),
    };

    return cmocka_run_group_tests_name("chunks", tests, harness_group_setup, harness_group_teardown);
}
