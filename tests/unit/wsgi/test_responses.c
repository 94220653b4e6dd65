/* What an application answers, and what the client makes of it (PEP 3333). */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OLD "GET / HTTP/1.0\r\n\r\n"
#define HEAD "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
#define SERVER "Server: hipflask\r\n"
#define CRASH "HTTP/1.1 500 Internal Server Error\r\n"

static struct memory_transport *ask(const char *app, const char *request)
{
    harness_app(app);
    return harness_request(request);
}

static void test_known_lengths(void **state)
{
    (void)state;
    harness_expect(ask("empty", GET), OK "Content-Length: 0\r\n" SERVER "\r\n");
    harness_expect(ask("empty_chunk", GET), OK "Content-Length: 0\r\n" SERVER "\r\n");
    harness_expect(ask("with_length", GET), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n" SERVER "\r\nonetwo");
}

static void test_chunked(void **state)
{
    struct memory_transport *client = ask("generated", GET);

    (void)state;
    harness_expect(client, OK "Transfer-Encoding: chunked\r\n" SERVER "\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
    assert_int_equal(client->segments, 1);
    assert_int_equal(client->closed, 0);
    harness_expect(ask("several", GET),
                   OK "Transfer-Encoding: chunked\r\n" SERVER "\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
}

static void test_until_close(void **state)
{
    struct memory_transport *client = ask("generated", OLD);

    (void)state;
    harness_expect(client, OK SERVER "Connection: close\r\n\r\nonetwo");
    assert_int_equal(client->closed, 1);
}

static void test_large_body(void **state)
{
    struct memory_transport *client = ask("large", GET);
    const char *body = strstr(client->out, "\r\n\r\n");

    (void)state;
    harness_expect_start(client, OK "Content-Length: 100000\r\n");
    assert_int_equal(strspn(body + 4, "x"), 100000);
    assert_int_equal(client->segments, 1);
}

static void test_head(void **state)
{
    (void)state;
    harness_expect(ask("with_length", HEAD), "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n" SERVER "\r\n");
    harness_expect(ask("large", HEAD), OK "Content-Length: 100000\r\n" SERVER "\r\n");
    harness_expect(ask("generated", HEAD), OK SERVER "\r\n");
    harness_expect(ask("empty", HEAD), OK SERVER "\r\n"); /* says nothing about GET's length */
    harness_expect(ask("written", HEAD), OK SERVER "\r\n");
    harness_expect_end(ask("raises", HEAD), "\r\n\r\n");
    harness_do("cases.seen.clear()");
    harness_expect(ask("endless", HEAD), OK SERVER "\r\n");
    harness_check("cases.closes() == 1 and len(cases.seen) == 2");
}

static void test_bodiless_statuses(void **state)
{
    (void)state;
    harness_expect(ask("no_content", GET), "HTTP/1.1 204 No Content\r\n" SERVER "\r\n");
    harness_expect(ask("not_modified", GET), "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\n" SERVER "\r\n");
}

/* PEP 3333: a length of one is as good as a list of one; RFC 9110 section 15.3.6 for 205. */
static void test_more_lengths(void **state)
{
    (void)state;
    harness_expect(ask("single", GET), OK "Content-Length: 5\r\n" SERVER "\r\nalone");
    harness_expect_start(ask("single_number", GET), CRASH);
    harness_expect(ask("reset_content", GET), "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n" SERVER "\r\n");
}

/* What is sent is let go of at any time; code of the application must not run then. */
static void test_bytes_of_a_subclass(void **state)
{
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("subclass");
    client->window = 100;
    harness_send(client, GET);
    harness_run();
    harness_check("cases.seen == ['gone']");
    client->window = SIZE_MAX;
    harness_run();
    harness_expect_end(client, "zzz");
    assert_int_equal(strspn(strstr(client->out, "\r\n\r\n") + 4, "z"), 5000);
}

static int64_t realtime(void)
{
    return 784111777;
}

static void test_standing_fields(void **state)
{
    struct wsgi_config *config = harness_config(HARNESS_DEADLINE_MS);

    (void)state;
    config->realtime = realtime;
    config->software = NULL;
    harness_restart(config);
    harness_expect(ask("empty", GET), OK "Content-Length: 0\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
    harness_expect(ask("own_date", GET), "HTTP/1.1 200 OK\r\ndate: never\r\nContent-Length: 1\r\n\r\n.");
    harness_expect_start(ask("empty", "oops\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n"
                                                       "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nConnection: close\r\n");
    config->software = "a name that is longer than the forty-eight bytes; this is left out";
    harness_restart(config);
    harness_expect_part(ask("empty", GET), "\r\nServer: a name that is longer than the forty-eight bytes\r\n");
}

static void test_headers(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_expect(ask("own_server", GET), "HTTP/1.1 200 Fine, thanks\r\nServer: mine\r\nX-Latin: caf\xe9\r\n"
                                           "X-Empty: \r\nContent-Length: 1\r\n\r\n.");
    client = ask("many_headers", GET GET);
    harness_expect_part(client, "\r\nX-099: vvvv");
    harness_expect_part(client, "\r\n\r\nendHTTP/1.1 200 OK");
    harness_expect_start(ask("too_many_headers", GET), CRASH);
    harness_check("'ValueError: the response headers are larger' in sys.stderr.text()");
}

static void test_too_short(void **state)
{
    struct memory_transport *client = ask("too_short", GET GET);

    (void)state;
    harness_expect(client, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n" SERVER "\r\nonetwo");
    assert_int_equal(client->closed, 1);
    harness_check("cases.closes() == 1 and 'less than its Content-Length' in sys.stderr.text()");
}

static void test_too_long(void **state)
{
    struct memory_transport *client = ask("too_long", GET GET);

    (void)state;
    harness_expect(client, "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n" SERVER "\r\nonet"
                           "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n" SERVER "\r\nonet");
    harness_check("cases.closes() == 2 and ('step', b'three') not in cases.seen");
    harness_check("'more than its Content-Length' in sys.stderr.text()");
}

static void test_write(void **state)
{
    struct memory_transport *client = ask("written", GET);

    (void)state;
    harness_expect(client,
                   OK "Transfer-Encoding: chunked\r\n" SERVER "\r\n3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n");
    client = ask("written_too_much", GET);
    harness_expect_end(client, "\r\n\r\non");
    harness_check("cases.seen == ['write() was given more than Content-Length']");
}

static void test_start_response_is_needed(void **state)
{
    (void)state;
    harness_expect_start(ask("never_started", GET), CRASH);
    harness_check("cases.closes() == 1 and 'before it called start_response()' in sys.stderr.text()");
    harness_expect_start(ask("never_started_empty", GET), CRASH);
    harness_expect_start(ask("started_late", GET), "HTTP/1.1 201 Created\r\n");
    harness_expect_start(ask("started_twice", GET), CRASH);
    harness_check("'called again without exc_info' in sys.stderr.text()");
}

static void test_exc_info(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_expect(ask("replaced", GET),
                   "HTTP/1.1 500 Oops\r\nX-Second: 2\r\nContent-Length: 5\r\n" SERVER "\r\nsorry");
    client = ask("replaced_too_late", GET);
    harness_expect_end(client, "\r\n\r\n3\r\none\r\n");
    assert_int_equal(client->closed, 1);
    harness_check("'ValueError: oops' in sys.stderr.text()");
    harness_check("'in replaced_too_late' in sys.stderr.text()");
}

/* Each of these raises in start_response(), and leaves it ready for a right call. */
static void test_wrong_headers(void **state)
{
    static const char *const wrong[][2] = {
        {"b'200 OK', []", "TypeError"},
        {"'200', []", "ValueError"},
        {"'200OK', []", "ValueError"},
        {"'2x0 OK', []", "ValueError"},
        {"'100 Continue', []", "ValueError"},
        {"'200 OK\\r\\nX: y', []", "ValueError"},
        {"'200 \\u20ac', []", "ValueError"},
        {"'200 OK', ()", "TypeError"},
        {"'200 OK', ['xy']", "TypeError"},
        {"'200 OK', [('x', 'y', 'z')]", "TypeError"},
        {"'200 OK', [['x', 'y']]", "TypeError"},
        {"'200 OK', [(b'x', 'y')]", "TypeError"},
        {"'200 OK', [('x', b'y')]", "TypeError"},
        {"'200 OK', [('x', 1)]", "TypeError"},
        {"'200 OK', [('', 'y')]", "ValueError"},
        {"'200 OK', [('x y', 'z')]", "ValueError"},
        {"'200 OK', [('x:', 'z')]", "ValueError"},
        {"'200 OK', [('caf\\xe9', 'z')]", "ValueError"},
        {"'200 OK', [('x', 'a\\r\\nb')]", "ValueError"},
        {"'200 OK', [('x', 'a\\nb')]", "ValueError"},
        {"'200 OK', [('x', 'a\\0b')]", "ValueError"},
        {"'200 OK', [('x', '\\u20ac')]", "ValueError"},
        {"'200 OK', [('Connection', 'close')]", "ValueError"},
        {"'200 OK', [('transfer-encoding', 'chunked')]", "ValueError"},
        {"'200 OK', [('TE', 'x')]", "ValueError"},
        {"'200 OK', [('Upgrade', 'x')]", "ValueError"},
        {"'200 OK', [('Keep-Alive', 'x')]", "ValueError"},
        {"'200 OK', [('Trailer', 'x')]", "ValueError"},
        {"'200 OK', [('Content-Length', '-1')]", "ValueError"},
        {"'200 OK', [('Content-Length', '')]", "ValueError"},
        {"'200 OK', [('Content-Length', '99999999999999999999')]", "ValueError"},
        {"'200 OK', [('Content-Length', '1'), ('content-length', '1')]", "ValueError"},
        {"'200 OK'", "TypeError"},
        {"'200 OK', [], None, None", "TypeError"},
        {"'200 OK', [], 1", "TypeError"},
        {"'200 OK', [], (1, 2, 3)", "TypeError"},
    };

    (void)state;
    harness_do("cases.kept['try'] = []");
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[200] = "cases.kept['try'].append((";

        strcat(strcat(text, wrong[i][0]), ",))");
        harness_do(text);
    }
    harness_expect_end(ask("checks_start", GET), "\r\n\r\nchecked");
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[100];

        snprintf(text, sizeof text, "(cases.kept['try'][%u], cases.seen[%u])[1] == '%s'", i, i, wrong[i][1]);
        harness_check(text);
    }
}

static void test_control_characters(void **state)
{
    (void)state;
    harness_do("cases.seen.clear()");
    harness_expect_end(ask("checks_bytes", GET), "\r\n\r\nchecked");
    harness_check("cases.seen == []");
}

static void test_wrong_bodies(void **state)
{
    (void)state;
    harness_expect_start(ask("not_bytes", GET), CRASH);
    harness_check("'TypeError: the body must be of bytes, not str' in sys.stderr.text() and cases.closes() == 1");
    harness_expect_start(ask("not_iterable", GET), CRASH);
    harness_check("\"TypeError: 'NoneType' object is not iterable\" in sys.stderr.text()");
}

static void test_exceptions(void **state)
{
    static const char *const apps[] = {"raises", "raises_after_start", "raises_in_first_step"};
    struct memory_transport *client;

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        harness_do("sys.stderr.parts.clear()");
        client = ask(apps[i], GET);
        harness_expect(client, CRASH SERVER "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 22\r\n\r\n"
                                            "Internal Server Error\n");
        assert_int_equal(client->closed, 0);
        harness_check("sys.stderr.text().startswith('Traceback (most recent call last):')");
        harness_check("'LookupError: ' in sys.stderr.text()");
    }
    harness_check("cases.closes() == 1");
    client = ask("raises_in_body", GET GET);
    harness_expect_end(client, "\r\n\r\n3\r\none\r\n");
    assert_int_equal(client->closed, 1);
    harness_check("cases.closes() == 2");
    client = ask("raises_in_body", OLD); /* only a reset tells that this is not the end */
    assert_int_equal(client->aborted, 1);
}

static void test_leaving_is_not_possible(void **state)
{
    (void)state;
    harness_expect_start(ask("leaves", "GET /exit HTTP/1.0\r\n\r\n"), CRASH);
    harness_expect_start(ask("leaves", "GET /interrupt HTTP/1.0\r\n\r\n"), CRASH);
    harness_expect_start(ask("leaves", "GET /generator HTTP/1.0\r\n\r\n"), CRASH);
    harness_check("'SystemExit: bye' in sys.stderr.text() and 'KeyboardInterrupt: bye' in sys.stderr.text()");
}

static void test_close(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_expect_end(ask("counted", GET), "0\r\n\r\n");
    harness_check("cases.closes() == 1 and cases.seen[-1] == 'close'");
    client = ask("raises_in_close", GET GET);
    harness_expect_end(client, "0\r\n\r\n");
    assert_int_equal(client->closed, 0); /* the response was whole */
    harness_check("cases.closes() == 3 and 'LookupError: in close' in sys.stderr.text()");
}

static void test_kept_objects(void **state)
{
    (void)state;
    harness_expect_end(ask("keeps", GET), "kept");
    harness_check("cases.raised_by(cases.kept['start_response'], '200 OK', []) == 'RuntimeError'");
    harness_check("cases.raised_by(cases.kept['write'], b'x') == 'RuntimeError'");
    harness_check("cases.raised_by(cases.kept['input'].read) == 'ValueError'");
    harness_check("cases.raised_by(next, cases.kept['input']) == 'ValueError'");
    harness_check("cases.raised_by(type(cases.kept['input'])) == 'TypeError'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_known_lengths),
        harness_test(test_chunked),
        harness_test(test_until_close),
        harness_test(test_large_body),
        harness_test(test_head),
        harness_test(test_bodiless_statuses),
        harness_test(test_more_lengths),
        harness_test(test_bytes_of_a_subclass),
        harness_test(test_standing_fields),
        harness_test(test_headers),
        harness_test(test_too_short),
        harness_test(test_too_long),
        harness_test(test_write),
        harness_test(test_start_response_is_needed),
        harness_test(test_exc_info),
        harness_test(test_wrong_headers),
        harness_test(test_control_characters),
        harness_test(test_wrong_bodies),
        harness_test(test_exceptions),
        harness_test(test_leaving_is_not_possible),
        harness_test(test_close),
        harness_test(test_kept_objects),
    };

    return cmocka_run_group_tests_name("responses", tests, harness_group_setup, harness_group_teardown);
}
