/* wsgi.input, and bodies that nobody reads. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "server.h"

#define GET "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

static char filler[MEMORY_IN_BYTES];

static void send_head(struct memory_transport *client, unsigned length, const char *more)
{
    char text[200];

    snprintf(text, sizeof text, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: %u\r\n%s\r\n", length, more);
    harness_send(client, text);
}

static void send_filler(struct memory_transport *client, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        filler[i] = (char)('a' + i % 25);
    }
    memory_transport_send(client, filler, length);
}

/* Has cases.reads evaluate an expression for a body, delivered in pieces of `piece`
 * bytes, and compares. */
static void expect_read(const char *expressions, const char *body, size_t piece, const char *expected)
{
    struct memory_transport *client = harness_connect();
    char text[400];

    harness_app("reads");
    snprintf(text, sizeof text, "cases.seen.clear(); cases.kept['read'] = [%s]", expressions);
    harness_do(text);
    client->recv_limit = piece;
    send_head(client, (unsigned)strlen(body), "");
    harness_send(client, body);
    harness_send(client, "GET /next HTTP/1.0\r\n\r\n");
    harness_run();
    snprintf(text, sizeof text, "(cases.seen, %s)[0][:len(%s)] == %s", expected, expected, expected);
    harness_check(text);
    harness_expect_part(client, "\r\n\r\nreadHTTP/1.1 200 OK");
    client->fin = true;
    harness_run();
}

static void test_reading(void **state)
{
    static const char *const cases[][3] = {
        {"'i.read()', 'i.read()'", "ab\ncd", "[b'ab\\ncd', b'']"},
        {"'i.read(-1)', 'i.read(3)'", "ab\ncd", "[b'ab\\ncd', b'']"},
        {"'i.read(None)'", "ab\ncd", "[b'ab\\ncd']"},
        {"'i.read(2)', 'i.read(0)', 'i.read(100)'", "ab\ncd", "[b'ab', b'', b'\\ncd']"},
        {"'i.readline()', 'i.readline()', 'i.readline()'", "ab\ncd", "[b'ab\\n', b'cd', b'']"},
        {"'i.readline(1)', 'i.readline(5)', 'i.readline(0)', 'i.readline(-1)'", "ab\n\ncd",
         "[b'a', b'b\\n', b'', b'\\n']"},
        {"'i.readlines()', 'i.readlines()'", "ab\n\ncd", "[[b'ab\\n', b'\\n', b'cd'], []]"},
        {"'i.readlines(4)', 'i.read()'", "ab\ncd\nef", "[[b'ab\\n', b'cd\\n'], b'ef']"},
        {"'list(i)', 'next(i, 0)'", "ab\ncd\n", "[[b'ab\\n', b'cd\\n'], 0]"},
        {"'i.readline()', 'i.read(1)', 'i.readline()'", "ab\ncd\n", "[b'ab\\n', b'c', b'd\\n']"},
        {"'i.read(\"x\")', 'i.read(1, 2)', 'i.read(2**80)', 'i.read()'", "ab",
         "['TypeError', 'TypeError', 'OverflowError', b'ab']"},
        {"'iter(i) is i'", "ab", "[True]"},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_read(cases[i][0], cases[i][1], 0, cases[i][2]);
    }
}

static void test_no_body(void **state)
{
    (void)state;
    harness_app("reads");
    harness_do("cases.kept['read'] = ['i.read()', 'i.read(5)', 'i.readline()', 'list(i)']");
    harness_request(GET);
    harness_check("cases.seen == [b'', b'', b'', []]");
}

/* The application is not called for a client that stalls within its body. */
static void test_stalled_upload(void **state)
{
    struct memory_transport *slow = harness_connect(), *other;

    (void)state;
    harness_app("reads_all");
    send_head(slow, 5000, "");
    send_filler(slow, 4999);
    harness_run();
    harness_check("cases.seen == []");
    other = harness_request(GET);
    harness_expect_end(other, "read");
    assert_int_equal(wsgi_server_next_timeout_ms(), CONNECTION_BODY_MS);
    harness_sleep_ms(CONNECTION_BODY_MS - 1);
    harness_send(slow, "x");
    harness_run();
    harness_expect_end(slow, "read");
    harness_check("cases.seen == [0, 5000]");
}

static void test_upload_times_out(void **state)
{
    struct memory_transport *slow = harness_connect();

    (void)state;
    harness_app("reads_all");
    send_head(slow, 5000, "");
    send_filler(slow, 4999);
    harness_run();
    harness_sleep_ms(CONNECTION_BODY_MS);
    harness_expect_start(slow, "HTTP/1.1 408 Request Timeout\r\n");
    assert_int_equal(slow->closed, 1);
    harness_check("cases.seen == []");
}

static void test_upload_breaks_off(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    send_head(client, 5000, "");
    send_filler(client, 100);
    client->fin = true;
    harness_run();
    assert_int_equal(client->closed, 1);
    harness_check("cases.seen == []");
}

static void send_1000(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    memory_transport_send(client, filler, 1000);
}

/* A body larger than the buffer is streamed, and not before somebody asks for it. */
static void test_large_upload(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = send_1000;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_run();
    harness_check("cases.seen == [100000]");
    assert_int_equal(client->waits, 80);
    assert_int_equal(client->in_start, client->in_end);
    harness_expect_end(client, "read");
}

static void test_large_lines(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads");
    harness_do("cases.kept['read'] = ['i.readline()', 'i.readlines()']");
    client->on_wait = send_1000;
    client->recv_limit = 900;
    send_head(client, 60000, "");
    send_filler(client, 30000);
    harness_send(client, "\n");
    send_filler(client, 10000);
    harness_send(client, "\n");
    send_filler(client, 998); /* the rest comes by send_1000 */
    harness_run();
    harness_check("len(cases.seen[0]) == 30001 and cases.seen[0].endswith(b'\\n')");
    harness_check("[len(line) for line in cases.seen[1]] == [10001, 19998]");
}

/* Nothing is taken from the client before the application wants it. */
static void test_back_pressure(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("copies");
    client->window = 0;
    send_head(client, 100000, "");
    send_filler(client, 100000);
    harness_send(client, GET);
    harness_run();
    assert_int_equal(client->in_start, CONNECTION_BUFFER_BYTES);
    client->window = 50000;
    harness_run();
    assert_true(client->in_start < 55000);
    harness_app("raw");
    client->window = SIZE_MAX;
    harness_run();
    assert_memory_equal(strstr(client->out, "\r\n\r\n") + 4, filler, 100000);
    harness_expect_end(client, "/next"); /* and not one byte of the next request */
}

static void send_last(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    client->fin = true;
}

static void test_peer_leaves_while_read(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads");
    harness_do("cases.kept['read'] = ['i.read()', 'i.readline()', 'next(i)']");
    client->on_wait = send_last;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_run();
    harness_check("cases.seen == ['ConnectionResetError'] * 3");
    harness_check("sys.stderr.text() == ''");
    assert_int_equal(client->closed, 1);
}

static void let_time_pass(struct memory_transport *client, uint32_t max_ms)
{
    (void)client;
    assert_true(max_ms > 0 && max_ms <= 100);
    harness_advance_ms(max_ms);
}

/* Nobody else is waiting, so that the deadline does not count, but patience ends. */
static void test_stall_while_read(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = let_time_pass;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_run();
    harness_expect_start(client, "HTTP/1.1 408 Request Timeout\r\n");
    harness_expect_part(client, "\r\nConnection: close\r\n");
    assert_int_equal(client->waits, CONNECTION_BODY_MS / 100);
    assert_int_equal(client->closed, 1);
    harness_check("sys.stderr.text() == ''"); /* no fault of the application's */
}

/* Another request waits for the application: the deadline counts. */
static void test_stall_while_another_waits(void **state)
{
    struct memory_transport *client = harness_connect(), *other = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = let_time_pass;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_send(other, GET);
    harness_run();
    harness_expect_start(client, "HTTP/1.1 500 Internal Server Error\r\n");
    assert_int_equal(client->waits, HARNESS_DEADLINE_MS / 100);
    harness_check("'DeadlineExceeded: more than 200 ms' in sys.stderr.text()");
    harness_check("'in reads_all' in sys.stderr.text()");
    harness_expect_end(other, "read");
}

/* And patience is shorter. */
static void test_patience_while_another_waits(void **state)
{
    struct memory_transport *client, *other;

    (void)state;
    harness_restart(harness_config(0));
    client = harness_connect();
    other = harness_connect();
    harness_app("reads_all");
    client->on_wait = let_time_pass;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_send(other, GET);
    harness_run();
    harness_expect_start(client, "HTTP/1.1 408 Request Timeout\r\n");
    assert_int_equal(client->waits, CONNECTION_CONTENDED_MS / 100);
    harness_expect_end(other, "read");
}

static struct memory_transport *bystander;

static void serve_bystander(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    if (client->waits == 1) {
        harness_send(bystander, "GARBAGE\r\n\r\n");
    } else if (client->waits == 3) {
        memory_transport_send(client, filler, 80000);
    }
    harness_advance_ms(1);
}

/* While an application waits for its client, other connections are read from and sent to. */
static void test_others_move_meanwhile(void **state)
{
    struct memory_transport *client = harness_connect(), *reader = harness_connect();

    (void)state;
    bystander = harness_connect();
    harness_app("large");
    reader->window = 50000;
    harness_send(reader, GET);
    harness_run();
    assert_int_equal(reader->out_length, 50000);
    harness_app("reads_all");
    client->on_wait = serve_bystander;
    reader->window = SIZE_MAX;
    send_head(client, 100000, "");
    send_filler(client, 20000);
    assert_true(wsgi_server_poll());
    assert_int_equal(client->waits, 3);
    assert_true(reader->out_length > 100000);
    assert_int_equal(bystander->in_start, bystander->in_end); /* it was read, */
    harness_run();
    harness_expect_start(bystander, "HTTP/1.1 400 Bad Request\r\n"); /* and answered in its turn */
    harness_check("cases.seen == [100000]");
}

static void trickle(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    harness_advance_ms(150);
    memory_transport_send(client, filler, 100);
}

/* Below the rate that is asked for, patience runs out little by little. */
static void test_minimum_rate(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads");
    harness_do("cases.kept['read'] = ['i.read()', 'i.read()', 'i.read(0)']");
    client->on_wait = trickle;
    send_head(client, 900000, "");
    send_filler(client, 20000);
    harness_run();
    harness_check("cases.seen == ['TimeoutError', 'TimeoutError', b'']");
    assert_true(client->waits > CONNECTION_BODY_MS / 150);
    assert_true(client->waits <= CONNECTION_BODY_MS / 50 + 1);
}

static void flow(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    harness_advance_ms(150);
    memory_transport_send(client, filler, 150);
}

static void test_rate_is_enough(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = flow;
    send_head(client, 200000, "");
    send_filler(client, 20000);
    harness_run();
    harness_check("cases.seen == [200000]");
    assert_int_equal(client->waits, 1200);
}

static void send_five(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    harness_expect(client, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_int_equal(client->pushed, client->out_length);
    harness_send(client, "abcde");
}

/* Said when the application reads, not before (RFC 9110 section 10.1.1). */
static void test_expect_continue(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("reads_all");
    client->on_wait = send_five;
    send_head(client, 5, "Expect: 100-continue\r\n");
    harness_run();
    assert_int_equal(client->waits, 1);
    harness_check("cases.seen == [5]");
    harness_expect_start(client, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
    assert_int_equal(client->closed, 0);
    client = harness_connect(); /* who sends the body at once needs no word */
    send_head(client, 5, "Expect: 100-continue\r\n");
    harness_send(client, "abcde");
    harness_run();
    harness_expect_start(client, "HTTP/1.1 200 OK\r\n");
}

/* Who answers without reading does not ask for the body; whether it comes nobody can know. */
static void test_no_continue(void **state)
{
    static const char *const apps[] = {"ignores_body", "raises", "generated"};

    (void)state;
    for (unsigned i = 0; i < sizeof apps / sizeof apps[0]; i++) {
        struct memory_transport *client = harness_connect();

        harness_app(apps[i]);
        send_head(client, 5, "Expect: 100-continue\r\n");
        harness_run();
        harness_expect_start(client, i == 1 ? "HTTP/1.1 500 " : "HTTP/1.1 200 OK\r\n");
        harness_expect_part(client, "\r\nConnection: close\r\n");
        assert_int_equal(client->closed, 1);
    }
}

/* A body nobody read is skipped, up to a limit. */
static void test_unread_body(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("ignores_body");
    send_head(client, CONNECTION_DRAIN_BYTES, "");
    send_filler(client, 30000);
    harness_run();
    harness_expect_end(client, "\r\n\r\nignored");
    send_filler(client, CONNECTION_DRAIN_BYTES - 30000);
    harness_send(client, GET);
    harness_run();
    harness_expect_part(client, "ignoredHTTP/1.1 200 OK\r\n");
    assert_int_equal(client->closed, 0);
}

static void test_large_unread_body(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("ignores_body");
    send_head(client, 100000, "");
    send_filler(client, 20000);
    harness_run();
    harness_expect_end(client, "\r\nConnection: close\r\n\r\nignored");
    assert_int_equal(client->closed, 1);
}

static void test_unread_body_that_stalls(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("ignores_body");
    send_head(client, 30000, "");
    send_filler(client, 20000);
    harness_run();
    harness_expect_end(client, "\r\n\r\nignored");
    harness_sleep_ms(CONNECTION_BODY_MS - 1);
    assert_int_equal(client->closed, 0);
    harness_sleep_ms(1);
    assert_int_equal(client->closed, 1);
}

/* A read leaves no time-out behind that a slow send would run into. */
static void test_read_then_slow_send(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("copies");
    client->window = 0;
    send_head(client, 20000, "");
    send_filler(client, 20000);
    harness_run();
    harness_sleep_ms(CONNECTION_SEND_MS - 1);
    assert_int_equal(client->aborted, 0);
    client->window = SIZE_MAX;
    harness_run();
    assert_memory_equal(strstr(client->out, "\r\n\r\n") + 4, filler, 20000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_reading),
        harness_test(test_no_body),
        harness_test(test_stalled_upload),
        harness_test(test_upload_times_out),
        harness_test(test_upload_breaks_off),
        harness_test(test_large_upload),
        harness_test(test_large_lines),
        harness_test(test_back_pressure),
        harness_test(test_peer_leaves_while_read),
        harness_test(test_stall_while_read),
        harness_test(test_stall_while_another_waits),
        harness_test(test_patience_while_another_waits),
        harness_test(test_others_move_meanwhile),
        harness_test(test_minimum_rate),
        harness_test(test_rate_is_enough),
        harness_test(test_expect_continue),
        harness_test(test_no_continue),
        harness_test(test_unread_body),
        harness_test(test_large_unread_body),
        harness_test(test_unread_body_that_stalls),
        harness_test(test_read_then_slow_send),
    };

    return cmocka_run_group_tests_name("bodies", tests, harness_group_setup, harness_group_teardown);
}
