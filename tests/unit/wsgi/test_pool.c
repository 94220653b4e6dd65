/* More clients than slots: who has to leave. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "server.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define HALF "GET / HTTP/1.1\r\nHo"

static struct memory_transport *clients[POOL_CONNECTIONS];

static void take_all_slots(const char *text)
{
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        clients[i] = harness_connect();
        assert_non_null(clients[i]);
        harness_send(clients[i], text);
        harness_advance_ms(1);
        harness_run();
    }
}

static unsigned open_clients(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        count += clients[i]->closed + clients[i]->aborted == 0;
    }
    return count;
}

/* Only when somebody wants its slot, and not at once: its next request may be on the way. */
static void test_the_longest_idle_leaves(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(GET);
    harness_sleep_ms(POOL_SPARE_MS);
    assert_int_equal(open_clients(), POOL_CONNECTIONS);
    harness_send(clients[0], GET); /* so that the next one is idle for longest */
    harness_run();
    assert_null(harness_connect());
    harness_run();
    assert_int_equal(open_clients(), POOL_CONNECTIONS - 1);
    assert_int_equal(clients[1]->closed, 1);
    assert_non_null(harness_connect());
    harness_run();
    assert_int_equal(open_clients(), POOL_CONNECTIONS - 1); /* one wish, one slot */
}

static void test_a_short_idle_is_waited_for(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(GET);
    assert_null(harness_connect());
    harness_run();
    assert_int_equal(open_clients(), POOL_CONNECTIONS);
    assert_in_range(wsgi_server_next_timeout_ms(), 1, POOL_SPARE_MS);
    harness_sleep_ms(wsgi_server_next_timeout_ms());
    assert_int_equal(clients[0]->closed, 1);
    assert_int_equal(open_clients(), POOL_CONNECTIONS - 1);
}

/* Whose requests are arriving or being served are left alone. */
static void test_others_stay(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(HALF);
    assert_null(harness_connect());
    harness_sleep_ms(POOL_SPARE_MS);
    assert_int_equal(open_clients(), POOL_CONNECTIONS);
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        harness_send(clients[i], "st: a\r\n\r\n");
    }
    harness_run();
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        harness_expect_start(clients[i], "HTTP/1.1 200 OK\r\n");
    }
}

/* But for an address that has more than its share. */
static void test_the_share_of_an_address(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(HALF);
    assert_null(harness_connect_from("192.0.2.99"));
    harness_run();
    assert_int_equal(open_clients(), POOL_CONNECTIONS - 1);
    harness_expect_start(clients[POOL_CONNECTIONS - 1], "HTTP/1.1 503 Service Unavailable\r\n");
    harness_expect_part(clients[POOL_CONNECTIONS - 1], "\r\nConnection: close\r\n");
    assert_non_null(harness_connect_from("192.0.2.99"));
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        harness_connect_from("192.0.2.100");
        harness_run();
    }
    assert_int_equal(open_clients(), POOL_PER_ADDRESS);
}

/* Of several that want a slot it is who has fewest that counts. */
static void test_the_modest_one_counts(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(HALF);
    assert_null(harness_connect_from("192.0.2.99"));
    assert_null(harness_connect());
    harness_run();
    assert_int_equal(open_clients(), POOL_CONNECTIONS - 1);
}

/* A transport that has no slot of its own yet cannot be had, but its wish counts. */
static void test_a_wish_without_a_slot(void **state)
{
    struct memory_transport *idle = harness_request(GET);
    struct transport transport = memory_transport_of(idle);

    (void)state;
    transport.ctx = NULL;
    harness_sleep_ms(POOL_SPARE_MS);
    assert_int_equal(idle->closed, 0);
    assert_int_equal(wsgi_server_accept(&transport), -1);
    harness_run();
    assert_int_equal(idle->closed, 1);
}

/* While Python runs, too: at the safe point. */
static void test_room_at_the_safe_point(void **state)
{
    (void)state;
    harness_app("raw");
    take_all_slots(GET);
    harness_advance_ms(POOL_SPARE_MS);
    assert_null(harness_connect());
    assert_int_equal(wsgi_server_check_deadline(), 0);
    assert_int_equal(clients[0]->closed, 1);
}

static void test_requests_of_a_connection(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("raw");
    for (unsigned i = 0; i < CONNECTION_REQUESTS; i++) {
        assert_int_equal(client->closed, 0);
        harness_forget(client);
        harness_send(client, GET);
        harness_run();
        harness_expect_start(client, "HTTP/1.1 200 OK\r\n");
    }
    harness_expect_part(client, "\r\nConnection: close\r\n");
    assert_int_equal(client->closed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_the_longest_idle_leaves),
        harness_test(test_a_short_idle_is_waited_for),
        harness_test(test_others_stay),
        harness_test(test_the_share_of_an_address),
        harness_test(test_the_modest_one_counts),
        harness_test(test_a_wish_without_a_slot),
        harness_test(test_room_at_the_safe_point),
        harness_test(test_requests_of_a_connection),
    };

    return cmocka_run_group_tests_name("pool", tests, harness_group_setup, harness_group_teardown);
}
