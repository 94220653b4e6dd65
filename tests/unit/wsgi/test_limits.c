/* Applications that do not come back: the deadline, by real signals as on the device. */
#include "harness.h"

#include <string.h>

#include "server.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define CRASH "HTTP/1.1 500 Internal Server Error\r\n"

static struct memory_transport *ask(const char *app, const char *request)
{
    struct memory_transport *client;

    harness_app(app);
    harness_real_time(true);
    client = harness_request(request);
    harness_real_time(false);
    return client;
}

static void test_endless_loop(void **state)
{
    struct memory_transport *client = ask("loops", GET "GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");

    (void)state;
    harness_expect_start(client, CRASH);
    harness_expect_end(client, "\r\n\r\nquick"); /* and the server goes on */
    harness_check("'hipflask.DeadlineExceeded: more than 200 ms' in sys.stderr.text()");
    harness_check("'in loops' in sys.stderr.text()");
}

static void test_swallowing_does_not_help(void **state)
{
    (void)state;
    harness_expect_start(ask("swallows", GET), CRASH);
    harness_check("cases.seen == ['swallowed'] * 3");
}

static void test_loop_in_body(void **state)
{
    struct memory_transport *client = ask("loops_in_body", GET);

    (void)state;
    harness_expect_end(client, "\r\n\r\n3\r\none\r\n");
    assert_int_equal(client->closed, 1);
    harness_check("cases.closes() == 1 and 'DeadlineExceeded' in sys.stderr.text()");
}

static void test_loop_in_close(void **state)
{
    struct memory_transport *client = ask("loops_in_close", GET);

    (void)state;
    harness_expect_end(client, "3\r\none\r\n0\r\n\r\n");
    assert_int_equal(client->closed, 0);
    harness_check("cases.closes() == 1 and 'DeadlineExceeded' in sys.stderr.text()");
}

static void test_loop_in_del(void **state)
{
    struct memory_transport *client = ask("loops_in_del", GET);

    (void)state;
    harness_expect_end(client, "\r\n\r\ndone");
    harness_check("'DeadlineExceeded' in sys.stderr.text()");
}

/* Each entry into Python has a deadline of its own. */
static void test_every_step_has_its_own(void **state)
{
    struct memory_transport *client = ask("slow_steps", GET);

    (void)state;
    harness_expect_end(client, "1\r\ns\r\n1\r\ns\r\n1\r\ns\r\n0\r\n\r\n");
    harness_check("sys.stderr.text() == ''");
}

/* What stands before a chunk that takes long does not wait for it. */
static void test_slow_generator(void **state)
{
    struct memory_transport *client = ask("slow_generator", GET);

    (void)state;
    harness_expect_end(client, "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    assert_int_equal(client->segments, 2);
}

static void do_nothing(struct memory_transport *client, uint32_t max_ms)
{
    (void)client;
    (void)max_ms;
}

static void test_waiting_for_a_body(void **state)
{
    static char body[10000];
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("waits_for_body");
    client->on_wait = do_nothing;
    harness_send(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    memory_transport_send(client, body, sizeof body);
    harness_real_time(true);
    harness_run();
    harness_real_time(false);
    harness_expect_start(client, CRASH);
    harness_check("'DeadlineExceeded' in sys.stderr.text()");
}

/* Outside of Python the safe point raises nothing. */
static void test_nothing_outside(void **state)
{
    (void)state;
    harness_advance_ms(1000000);
    assert_int_equal(wsgi_server_check_deadline(), 0);
    harness_app("loops");
    harness_request("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_advance_ms(1000);
    assert_int_equal(wsgi_server_check_deadline(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_endless_loop),    harness_test(test_swallowing_does_not_help),
        harness_test(test_loop_in_body),    harness_test(test_loop_in_close),
        harness_test(test_loop_in_del),     harness_test(test_every_step_has_its_own),
        harness_test(test_slow_generator),  harness_test(test_waiting_for_a_body),
        harness_test(test_nothing_outside),
    };

    return cmocka_run_group_tests_name("limits", tests, harness_group_setup, harness_group_teardown);
}
