/* From bytes to environ: what the application is told, and how connections live. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "pool.h"
#include "server.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

static void test_environ(void **state)
{
    (void)state;
    harness_app("show");
    harness_request("POST /a%20b%2Fc%C3%A9%zz/%2541?x=%20y HTTP/1.1\r\nHost: h:8080\r\nAccept: a\r\nX-Long-Name: v\r\n"
                    "accept: b\r\nCookie: c=1\r\nCookie: d=2\r\nX_Bad: 1\r\nContent-Type: text/x\r\n"
                    "X-Latin: caf\xe9\r\nContent-Length: 2\r\n\r\nhi");
    harness_check("len(cases.seen) == 1");
    harness_do("e = cases.seen[0]");
    harness_check("type(e) is dict");
    harness_check("e['REQUEST_METHOD'] == 'POST' and e['SCRIPT_NAME'] == ''");
    harness_check("e['PATH_INFO'] == '/a b/c\\xc3\\xa9%zz/%41'");
    harness_check("e['PATH_INFO'].encode('latin-1').decode() == '/a b/c\\xe9%zz/%41'");
    harness_check("e['QUERY_STRING'] == 'x=%20y'");
    harness_check("e['SERVER_NAME'] == 'device' and e['SERVER_PORT'] == '80'");
    harness_check("e['SERVER_PROTOCOL'] == 'HTTP/1.1'");
    harness_check("e['REMOTE_ADDR'] == '192.0.2.7' and e['REMOTE_PORT'] == '40000'");
    harness_check("e['HTTP_HOST'] == 'h:8080' and e['HTTP_ACCEPT'] == 'a, b'");
    harness_check("e['HTTP_COOKIE'] == 'c=1; d=2' and e['HTTP_X_LONG_NAME'] == 'v'");
    harness_check("e['HTTP_X_LATIN'] == 'caf\\xe9'");
    harness_check("e['CONTENT_TYPE'] == 'text/x' and e['CONTENT_LENGTH'] == '2'");
    harness_check("not any('BAD' in key or key in ('HTTP_CONTENT_TYPE', 'HTTP_CONTENT_LENGTH') for key in e)");
    harness_check("e['wsgi.version'] == (1, 0) and e['wsgi.url_scheme'] == 'http'");
    harness_check("e['wsgi.errors'] is sys.stderr");
    harness_check("e['wsgi.multithread'] is e['wsgi.multiprocess'] is e['wsgi.run_once'] is False");
    harness_check("all(type(key) is str for key in e)");
}

static void test_environ_is_fresh(void **state)
{
    (void)state;
    harness_app("show");
    harness_request(GET "GET /2 HTTP/1.0\r\nAccept: b\r\n\r\n");
    harness_check("len(cases.seen) == 2");
    harness_check("cases.seen[0] is not cases.seen[1] and 'HTTP_ACCEPT' not in cases.seen[0]");
    harness_check("cases.seen[1]['SERVER_PROTOCOL'] == 'HTTP/1.0' and 'HTTP_HOST' not in cases.seen[1]");
    harness_check("cases.seen[0]['QUERY_STRING'] == ''");
    harness_check("'CONTENT_LENGTH' not in cases.seen[0]");
}

static void test_absolute_form_sets_host(void **state)
{
    (void)state;
    harness_app("show");
    harness_request("GET http://b:1/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_check("cases.seen[0]['HTTP_HOST'] == 'b:1' and cases.seen[0]['PATH_INFO'] == '/x'");
}

static void test_long_names(void **state)
{
    char text[1000] = "GET / HTTP/1.1\r\nHost: a\r\n";

    (void)state;
    harness_app("show");
    memset(text + strlen(text), 'x', 300);
    strcat(text, ": 1\r\n\r\n");
    harness_request(text);
    harness_check("cases.seen[0]['HTTP_' + 'X' * 300] == '1'");
}

static void test_response_bytes(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("raw");
    client = harness_request("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_expect(client, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n"
                           "Server: hipflask\r\n\r\n/abc");
    assert_int_equal(client->segments, 1);
    assert_int_equal(client->closed + client->aborted, 0);
}

static void test_byte_by_byte(void **state)
{
    static const char text[] =
        "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /y HTTP/1.1\r\nHost: a\r\n\r\n";
    struct memory_transport *client = harness_connect();

    (void)state;
    harness_app("raw");
    for (size_t i = 0; i < sizeof text - 1; i++) {
        memory_transport_send(client, text + i, 1);
        harness_run();
    }
    harness_expect_part(client, "\r\n\r\n/xHTTP/1.1 200 OK");
    harness_expect_end(client, "\r\n\r\n/y");
}

static void test_pipelining(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("raw");
    client =
        harness_request("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                        "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_expect_part(client, "\r\n\r\n/1HTTP/1.1 200 OK");
    harness_expect_part(client, "\r\n\r\n/2HTTP/1.1 200 OK");
    harness_expect_end(client, "Connection: close\r\n\r\n/3");
    assert_int_equal(client->closed, 1);
}

static void test_pipelining_beyond_the_buffer(void **state)
{
    struct memory_transport *client = harness_connect();
    char text[64];

    (void)state;
    harness_app("raw");
    for (int i = 0; i < 1000; i++) {
        snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i);
        harness_send(client, text);
    }
    harness_run();
    harness_expect_part(client, "\r\n\r\n/998HTTP/1.1 200 OK");
    harness_expect_end(client, "\r\n\r\n/999");
}

static void test_http_1_0(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("raw");
    client = harness_request("GET /x HTTP/1.0\r\n\r\n");
    harness_expect_end(client, "Content-Length: 2\r\nServer: hipflask\r\nConnection: close\r\n\r\n/x");
    assert_int_equal(client->closed, 1);
    client = harness_request("GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    harness_expect_end(client, "Connection: keep-alive\r\n\r\n/x");
    assert_int_equal(client->closed, 0);
}

static void test_refusals(void **state)
{
    static const char *const cases[][2] = {
        {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
        {"GET / HTTP/3.0\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
        {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"},
        {"POST / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n", "HTTP/1.1 417 Expectation Failed\r\n"},
        {"\x16\x03\x01", "HTTP/1.1 400 Bad Request\r\n"},
    };

    (void)state;
    harness_app("show");
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct memory_transport *client = harness_request(cases[i][0]);

        harness_expect_start(client, cases[i][1]);
        harness_expect_part(client, "\r\nConnection: close\r\n");
        harness_expect_part(client, "\r\nContent-Type: text/plain; charset=utf-8\r\n");
        assert_int_equal(client->closed, 1);
        assert_int_equal(client->segments, 1);
    }
    harness_check("cases.seen == []");
}

static void test_options_of_the_server(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("show");
    client = harness_request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    harness_expect(client, "HTTP/1.1 204 No Content\r\nServer: hipflask\r\n\r\n");
    assert_int_equal(client->closed, 0);
    harness_check("cases.seen == []");
}

static void test_time_outs(void **state)
{
    struct memory_transport *silent = harness_connect();
    struct memory_transport *idle = harness_request(GET);
    struct memory_transport *slow = harness_connect();

    (void)state;
    assert_int_equal(wsgi_server_next_timeout_ms(),
                     CONNECTION_FIRST_BYTE_MS < CONNECTION_IDLE_MS ? CONNECTION_FIRST_BYTE_MS : CONNECTION_IDLE_MS);
    harness_send(slow, "GET / HT");
    harness_run();
    assert_int_equal(wsgi_server_next_timeout_ms(), CONNECTION_HEAD_MS);
    harness_sleep_ms(CONNECTION_HEAD_MS - 1);
    harness_send(slow, "TP/1.1\r\n");
    harness_run();
    assert_int_equal(slow->closed, 0); /* a byte now and then does not help */
    assert_int_equal(wsgi_server_next_timeout_ms(), 1);
    harness_sleep_ms(1);
    harness_expect_start(slow, "HTTP/1.1 408 Request Timeout\r\n");
    assert_int_equal(slow->closed, 1);
    harness_sleep_ms(CONNECTION_FIRST_BYTE_MS - CONNECTION_HEAD_MS - 1);
    assert_int_equal(silent->closed, 0);
    harness_sleep_ms(1);
    assert_int_equal(silent->closed, 1);
    assert_int_equal(silent->out_length, 0);
    harness_sleep_ms(CONNECTION_IDLE_MS - CONNECTION_FIRST_BYTE_MS);
    assert_int_equal(idle->closed, 1);
    assert_int_equal(wsgi_server_next_timeout_ms(), UINT32_MAX);
}

static void test_leaving_clients(void **state)
{
    struct memory_transport *early = harness_connect();
    struct memory_transport *half = harness_request("GET / HT");
    struct memory_transport *reset = harness_request("GET / HT");
    struct memory_transport *polite;

    (void)state;
    harness_app("raw");
    early->fin = half->fin = reset->reset = true;
    harness_run();
    assert_int_equal(early->closed, 1);
    assert_int_equal(half->closed, 1);
    assert_int_equal(reset->aborted, 1);
    polite = harness_connect();
    polite->fin = true; /* nothing more to say, but it listens */
    harness_send(polite, GET GET);
    harness_run();
    harness_expect_part(polite, "\r\n\r\n/HTTP/1.1 200 OK");
    assert_int_equal(polite->closed, 1);
}

static void test_sixteen_clients(void **state)
{
    struct memory_transport *clients[POOL_CONNECTIONS];

    (void)state;
    harness_app("raw");
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        clients[i] = harness_connect();
        assert_non_null(clients[i]);
        harness_send(clients[i], "GET /x HTTP/1.1\r\nHo");
    }
    assert_null(harness_connect());
    harness_run();
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        harness_send(clients[i], "st: a\r\n\r\n");
    }
    harness_run();
    for (unsigned i = 0; i < POOL_CONNECTIONS; i++) {
        harness_expect_end(clients[i], "\r\n\r\n/x");
    }
    clients[3]->fin = true;
    harness_run();
    assert_non_null(harness_connect());
}

/* One call of the application each time, and everybody has a turn. */
static void test_turns(void **state)
{
    struct memory_transport *busy = harness_connect(), *other = harness_connect();

    (void)state;
    harness_app("raw");
    for (unsigned i = 0; i < 20; i++) {
        harness_send(busy, GET);
    }
    harness_send(other, GET);
    assert_true(wsgi_server_poll());
    assert_true((busy->out_length > 0) != (other->out_length > 0));
    assert_true(wsgi_server_poll());
    assert_true(busy->out_length > 0 && other->out_length > 0);
}

static void test_no_application(void **state)
{
    struct memory_transport *client;

    (void)state;
    client = harness_request(GET);
    harness_expect_start(client, "HTTP/1.1 500 Internal Server Error\r\n");
    harness_expect_end(client, "no application is loaded\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_no_application),
        harness_test(test_environ),
        harness_test(test_environ_is_fresh),
        harness_test(test_absolute_form_sets_host),
        harness_test(test_long_names),
        harness_test(test_response_bytes),
        harness_test(test_byte_by_byte),
        harness_test(test_pipelining),
        harness_test(test_pipelining_beyond_the_buffer),
        harness_test(test_http_1_0),
        harness_test(test_refusals),
        harness_test(test_options_of_the_server),
        harness_test(test_time_outs),
        harness_test(test_leaving_clients),
        harness_test(test_sixteen_clients),
        harness_test(test_turns),
    };

    return cmocka_run_group_tests_name("requests", tests, harness_group_setup, harness_group_teardown);
}
