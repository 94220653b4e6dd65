/* wsgi.file_wrapper: files that are read, and files that are sent from where they lie. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#define SERVER "Server: hipflask\r\n"

static struct memory_transport *ask(const char *app, const char *request)
{
    harness_app(app);
    return harness_request(request);
}

/* Not one of the system: it is read in blocks, and closed. */
static void test_read(void **state)
{
    (void)state;
    harness_do("cases.kept['file'] = cases.File(b'0123456789')");
    harness_expect(ask("wraps", GET),
                   OK "Transfer-Encoding: chunked\r\n" SERVER "\r\n4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n");
    harness_check("cases.kept['file'].closed == 1");
}

/* The harness maps descriptor 7 to the alphabet. */
static void test_mapped(void **state)
{
    (void)state;
    harness_do("cases.kept['file'] = cases.File(b'never read', 7)");
    harness_expect(ask("wraps", GET), OK "Content-Length: 26\r\n" SERVER "\r\nabcdefghijklmnopqrstuvwxyz");
    harness_check("cases.kept['file'].closed == 1 and cases.kept['file'].reads == 0");
    harness_expect(ask("wraps", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"), OK "Content-Length: 26\r\n" SERVER "\r\n");
    harness_expect(ask("wraps", "GET / HTTP/1.0\r\n\r\n"),
                   OK "Content-Length: 26\r\n" SERVER "Connection: close\r\n\r\nabcdefghijklmnopqrstuvwxyz");
}

static void test_position(void **state)
{
    (void)state;
    harness_do("cases.kept['file'] = cases.File(b'', 7, 23)");
    harness_expect(ask("wraps", GET), OK "Content-Length: 3\r\n" SERVER "\r\nxyz");
    harness_do("cases.kept['file'] = cases.File(b'', 7, 26)");
    harness_expect(ask("wraps", GET), OK "Content-Length: 0\r\n" SERVER "\r\n");
    harness_do("cases.kept['file'] = cases.File(b'', 7, 99)");
    harness_expect(ask("wraps", GET), OK "Content-Length: 0\r\n" SERVER "\r\n");
}

/* The application's length is a part of the file. */
static void test_length(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_do("cases.kept.update(file=cases.File(b'', 7), length=5)");
    harness_expect(ask("wraps", GET), OK "Content-Length: 5\r\n" SERVER "\r\nabcde");
    harness_check("sys.stderr.text() == ''");
    harness_do("cases.kept.update(length=27)");
    client = ask("wraps", GET);
    harness_expect_end(client, "\r\n\r\nabcdefghijklmnopqrstuvwxyz");
    assert_int_equal(client->closed, 1);
    harness_check("'less than its Content-Length' in sys.stderr.text()");
}

/* Descriptor 8 maps to 200,000 bytes. */
static void test_slow_reader(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_do("cases.kept['file'] = cases.File(b'', 8)");
    harness_app("wraps");
    client->window = 1000;
    harness_send(client, GET GET);
    harness_run();
    harness_check("cases.kept['file'].closed == 1"); /* the bytes stay where they are */
    while (client->window == 0) {
        client->window = 100000;
        harness_run();
    }
    harness_expect_part(client, OK "Content-Length: 200000\r\n");
    harness_check("cases.kept['file'].closed == 2");
}

static void test_errors(void **state)
{
    (void)state;
    harness_do("cases.kept['file'] = cases.File(b'', 9)"); /* a descriptor that is not mapped */
    harness_expect(ask("wraps", GET), OK "Content-Length: 0\r\n" SERVER "\r\n");
    harness_do("cases.kept['file'] = object()");
    harness_expect_start(ask("wraps", GET), "HTTP/1.1 500 ");
    harness_check("\"'object' object has no attribute 'read'\" in sys.stderr.text()");
    harness_do("cases.kept.update(file=cases.File(b'x', 7), late=True)");
    harness_expect_start(ask("wraps", GET), "HTTP/1.1 500 ");
    harness_check("'before it called start_response()' in sys.stderr.text() and cases.kept['file'].closed == 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_read),   harness_test(test_mapped),      harness_test(test_position),
        harness_test(test_length), harness_test(test_slow_reader), harness_test(test_errors),
    };

    return cmocka_run_group_tests_name("files", tests, harness_group_setup, harness_group_teardown);
}
