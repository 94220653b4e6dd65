/* Responses that take their time, and clients that do. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "connection.h"
#include "server.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

/* The steps of several iterables take turns. */
static void test_interleaving(void **state)
{
    struct memory_transport *first = harness_connect(), *second = harness_connect();

    (void)state;
    harness_app("ticks");
    harness_send(first, "GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_send(second, "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_run();
    harness_expect_end(first, "3\r\n/a0\r\n3\r\n/a1\r\n3\r\n/a2\r\n0\r\n\r\n");
    harness_expect_end(second, "3\r\n/b0\r\n3\r\n/b1\r\n3\r\n/b2\r\n0\r\n\r\n");
    harness_check("''.join(s[1].decode()[1] for s in cases.seen if s != 'close') != 'aaabbb'");
}

/* Context variables are a response's own, while it streams beside another too. */
static void test_contexts(void **state)
{
    struct memory_transport *first = harness_connect(), *second = harness_connect();

    (void)state;
    harness_app("own_context");
    harness_send(first, "GET /a HTTP/1.0\r\nHost: a\r\n\r\n");
    harness_send(second, "GET /b HTTP/1.0\r\nHost: a\r\n\r\n");
    harness_run();
    harness_expect_end(first, "\r\n\r\nnobody /a nobody /a ");
    harness_expect_end(second, "\r\n\r\nnobody /b nobody /b ");
}

/* A client that does not read holds nobody but itself. */
static void test_slow_reader(void **state)
{
    struct memory_transport *slow = harness_connect(), *other;

    (void)state;
    harness_app("endless");
    slow->window = 2500;
    harness_send(slow, GET);
    harness_run();
    assert_int_equal(slow->out_length, 2500);
    assert_int_equal(slow->pushed, 2500);  /* nothing is held back while it waits */
    harness_check("len(cases.seen) == 3"); /* no further than one chunk ahead */
    assert_int_equal(wsgi_server_next_timeout_ms(), CONNECTION_SEND_MS);
    harness_app("raw");
    other = harness_request("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_expect_end(other, "/x");
    slow->window = 1000;
    harness_run();
    assert_int_equal(slow->out_length, 3500);
    harness_check("len(cases.seen) == 4 and cases.closes() == 0");
}

static void test_no_send_progress(void **state)
{
    struct memory_transport *slow = harness_connect();

    (void)state;
    harness_app("endless");
    slow->window = 2500;
    harness_send(slow, GET);
    harness_run();
    harness_sleep_ms(CONNECTION_SEND_MS - 10);
    slow->window = CONNECTION_SEND_RATE / 10; /* a tenth of a second's worth */
    harness_run();
    harness_sleep_ms(100);
    assert_int_equal(slow->aborted, 0);
    harness_sleep_ms(10);
    assert_int_equal(slow->aborted, 1);
    harness_check("cases.closes() == 1");
}

/* A byte now and then keeps no slot. */
static void test_send_progress_by_bytes(void **state)
{
    struct memory_transport *slow = harness_connect();
    unsigned seconds = 0;

    (void)state;
    harness_app("endless");
    slow->window = 2500;
    harness_send(slow, GET);
    harness_run();
    while (!slow->aborted && seconds < 60) {
        slow->window = 1;
        harness_run();
        harness_sleep_ms(1000);
        seconds++;
    }
    assert_in_range(seconds, CONNECTION_SEND_MS / 1000, CONNECTION_SEND_MS / 1000 + 1);
}

/* Who takes all of it may take his time between two events. */
static void test_send_patience_comes_back(void **state)
{
    struct memory_transport *slow = harness_connect();

    (void)state;
    harness_app("endless");
    slow->window = 2500;
    harness_send(slow, GET);
    for (unsigned i = 0; i < 5; i++) {
        harness_run();
        harness_sleep_ms(CONNECTION_SEND_MS - 100);
        slow->window = 20000; /* more than was to be taken in that time */
    }
    harness_run();
    assert_int_equal(slow->aborted, 0);
}

/* The same when nothing is left to be produced. */
static void test_no_send_progress_at_the_end(void **state)
{
    struct memory_transport *slow = harness_connect();

    (void)state;
    harness_app("large");
    slow->window = 2500;
    harness_send(slow, GET);
    harness_run();
    harness_sleep_ms(CONNECTION_SEND_MS);
    assert_int_equal(slow->aborted, 1);
}

static void test_large_body_in_pieces(void **state)
{
    struct memory_transport *slow = harness_connect();

    (void)state;
    harness_app("large");
    slow->window = 0;
    harness_send(slow, GET "GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    harness_run();
    while (slow->closed == 0) {
        slow->window = 777;
        harness_sleep_ms(5);
    }
    assert_int_equal(strspn(strstr(slow->out, "\r\n\r\n") + 4, "x"), 100000);
    assert_int_equal(strspn(slow->out + slow->out_length - 100000, "x"), 100000);
}

static void test_client_gone(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("endless");
    client->window = 2500;
    harness_send(client, GET);
    harness_run();
    client->reset = true;
    harness_run();
    assert_int_equal(client->aborted, 1);
    harness_check("cases.closes() == 1");
    harness_check("sys.stderr.text() == ''"); /* that is no fault of the application */
}

static void test_stop_closes(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("endless");
    client->window = 2500;
    harness_send(client, GET);
    harness_run();
    wsgi_server_stop();
    assert_int_equal(client->aborted, 1);
    harness_check("cases.closes() == 1");
}

/* b"" means "nothing yet": what is there leaves, and the processor may sleep. */
static void test_empty_chunks(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("waits");
    client = harness_request(GET);
    harness_expect_end(client, "\r\n\r\n3\r\none\r\n");
    assert_int_equal(client->pushed, client->out_length);
    harness_check("len(cases.seen) == 3");
    assert_int_equal(wsgi_server_next_timeout_ms(), 10);
    harness_sleep_ms(10);
    harness_sleep_ms(10);
    harness_expect_end(client, "3\r\ntwo\r\n0\r\n\r\n");
}

/* Nothing is sent, but that the client is gone is noticed. */
static void test_gone_while_nothing_is_sent(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("silent");
    client = harness_request(GET);
    for (unsigned i = 0; i < 5; i++) {
        harness_sleep_ms(10);
    }
    assert_int_equal(client->aborted, 0);
    client->reset = true;
    harness_sleep_ms(10);
    assert_int_equal(client->aborted, 1);
    harness_check("cases.closes() == 1 and sys.stderr.text() == ''");
}

/* While the next chunk is in the making, the safe point sends what waits for it. */
static void test_chunks_are_not_delayed(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("generated");
    harness_send(client, GET);
    assert_true(wsgi_server_poll());
    harness_expect_end(client, "3\r\none\r\n");
    assert_true(client->pushed < client->out_length);
    assert_int_equal(wsgi_server_check_deadline(), 0);
    assert_int_equal(client->pushed, client->out_length);
    assert_int_equal(wsgi_server_check_deadline(), 0);
    assert_int_equal(client->segments, 1);
    harness_run();
    harness_expect_end(client, "3\r\ntwo\r\n0\r\n\r\n");
    assert_int_equal(client->segments, 2);
}

static void let_100_bytes_through(struct memory_transport *client, uint32_t max_ms)
{
    assert_true(max_ms > 0);
    client->window = 100;
    harness_advance_ms(1);
}

static void test_write_waits(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("writes_much");
    client->window = 1500;
    client->on_wait = let_100_bytes_through;
    harness_send(client, GET);
    harness_run();
    assert_true(client->waits > 50);
    while (client->window == 0) {
        client->window = 1000;
        harness_run();
    }
    harness_expect_end(client, "z\r\n0\r\n\r\n");
    harness_check("cases.seen == ['written'] * 10");
}

static void reset_client(struct memory_transport *client, uint32_t max_ms)
{
    (void)max_ms;
    client->reset = true;
}

static void test_write_to_nobody(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("writes_much");
    client->window = 1500;
    client->on_wait = reset_client;
    harness_send(client, GET);
    harness_run();
    assert_int_equal(client->aborted, 1);
    harness_check("cases.seen == ['written', 'written', 'ConnectionResetError']");
    harness_check("sys.stderr.text() == ''");
}

static void let_time_pass(struct memory_transport *client, uint32_t max_ms)
{
    (void)client;
    harness_advance_ms(max_ms);
}

/* A client that takes nothing is given up. */
static void test_write_to_a_stalled_client(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("writes_much");
    client->window = 1500;
    client->on_wait = let_time_pass;
    harness_send(client, GET);
    harness_run();
    assert_int_equal(client->aborted, 1);
    assert_int_equal(client->waits, CONNECTION_SEND_MS / 100);
    harness_check("cases.seen == ['written', 'written', 'ConnectionResetError']");
}

/* While another request waits for the application, the deadline comes before that. */
static void test_write_has_a_deadline(void **state)
{
    struct memory_transport *client = harness_connect(), *other = harness_connect();

    (void)state;
    harness_app("writes_much");
    client->window = 1500;
    client->on_wait = let_time_pass;
    harness_send(client, GET);
    harness_send(other, GET);
    assert_true(wsgi_server_poll());
    assert_int_equal(client->closed, 1);
    assert_int_equal(client->waits, HARNESS_DEADLINE_MS / 100);
    harness_check("cases.seen == ['written', 'written'] and 'DeadlineExceeded' in sys.stderr.text()");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_interleaving),
        harness_test(test_contexts),
        harness_test(test_slow_reader),
        harness_test(test_no_send_progress),
        harness_test(test_send_progress_by_bytes),
        harness_test(test_send_patience_comes_back),
        harness_test(test_no_send_progress_at_the_end),
        harness_test(test_large_body_in_pieces),
        harness_test(test_client_gone),
        harness_test(test_stop_closes),
        harness_test(test_empty_chunks),
        harness_test(test_gone_while_nothing_is_sent),
        harness_test(test_chunks_are_not_delayed),
        harness_test(test_write_waits),
        harness_test(test_write_to_nobody),
        harness_test(test_write_to_a_stalled_client),
        harness_test(test_write_has_a_deadline),
    };

    return cmocka_run_group_tests_name("streams", tests, harness_group_setup, harness_group_teardown);
}
