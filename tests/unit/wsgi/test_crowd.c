/* A build that lets an address have three connections. */
#include "harness.h"

#include <string.h>

#include "pool.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

_Static_assert(POOL_ADDRESS_MOST == 3 && POOL_CONNECTIONS > 4, "there is room for more");

/* One more is told why and closed; when one of the three has gone, the next is served. */
static void test_one_more_is_refused(void **state)
{
    struct memory_transport *clients[POOL_ADDRESS_MOST], *more;

    (void)state;
    harness_app("raw");
    for (unsigned i = 0; i < POOL_ADDRESS_MOST; i++) {
        clients[i] = harness_connect();
        assert_non_null(clients[i]);
    }
    more = harness_connect();
    assert_non_null(more);
    harness_run();
    assert_memory_equal(more->out, "HTTP/1.1 503 ", 13);
    assert_int_equal(more->closed, 1);
    harness_send(clients[0], "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    harness_run();
    assert_int_equal(clients[0]->closed, 1);
    more = harness_request(GET);
    assert_memory_equal(more->out, "HTTP/1.1 200 ", 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_one_more_is_refused),
    };

    return cmocka_run_group_tests_name("crowd", tests, harness_group_setup, harness_group_teardown);
}
