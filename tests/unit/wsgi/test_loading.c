/* Finding the application in its module, and modules that have none. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#define GET "GET / HTTP/1.0\r\n\r\n"

/* A module `name` made of source, with a WSGI function maker at hand. */
static void make_module(const char *name, const char *source)
{
    char text[1200];

    snprintf(text, sizeof text,
             "import types\n"
             "module = types.ModuleType('%s')\n"
             "exec('''\n"
             "def says(text):\n"
             "    def function(environ, start_response):\n"
             "        start_response('200 OK', [])\n"
             "        return [text]\n"
             "    return function\n"
             "class Site:\n"
             "    def __call__(self, environ, start_response):\n"
             "        return says(b'instance')(environ, start_response)\n"
             "class Proxy:\n"
             "    def __call__(self, *args, **kwargs):\n"
             "        raise LookupError\n"
             "    def __getattr__(self, name):\n"
             "        raise LookupError(name)\n"
             "%s\n''', module.__dict__)\n"
             "sys.modules['%s'] = module\n",
             name, source, name);
    harness_do(text);
}

static void expect_answer(const char *entry, const char *answer)
{
    struct memory_transport *client;

    assert_int_equal(wsgi_server_load(entry), 0);
    client = harness_request(GET);
    harness_expect_start(client, "HTTP/1.1 200 OK\r\n");
    harness_expect_end(client, answer);
}

static void expect_failure(const char *entry, const char *reason)
{
    struct memory_transport *client;

    harness_do("sys.stderr.parts.clear()");
    assert_int_equal(wsgi_server_load(entry), -1);
    client = harness_request(GET);
    harness_expect_start(client, "HTTP/1.1 500 Internal Server Error\r\n");
    harness_expect_part(client, "\r\n\r\nthe application could not be imported: ");
    harness_expect_part(client, reason);
    harness_check("sys.stderr.text() != ''");
}

static void test_variables(void **state)
{
    (void)state;
    make_module("m", "application = says(b'application')\napp = says(b'app')\nother = Site()");
    expect_answer("m", "\r\n\r\napp");
    make_module("m", "application = says(b'application')\nsite = Site()");
    expect_answer("m", "\r\n\r\napplication");
    make_module("m", "app = 5\napplication = says(b'application')");
    expect_answer("m", "\r\n\r\napplication");
    expect_answer("package.site", "\r\n\r\npackage.site");
}

static void test_instance(void **state)
{
    (void)state;
    make_module("m", "request = Proxy()\nsite = Site()\nagain = site\nfunction = says(b'function')");
    expect_answer("m", "\r\n\r\ninstance");
    make_module("m", "one = Site()\ntwo = Site()");
    expect_failure("m", "RuntimeError: module 'm' has several WSGI applications; name one as 'm:name'");
    expect_answer("m:two", "\r\n\r\ninstance");
}

static void test_factories(void **state)
{
    (void)state;
    make_module("m", "def create_app():\n    return says(b'created')\ndef make_app():\n    return says(b'made')");
    expect_answer("m", "\r\n\r\ncreated");
    expect_answer("m:make_app", "\r\n\r\nmade");
    expect_answer("m:make_app()", "\r\n\r\nmade");
    make_module("m", "def create_app(config):\n    return says(b'created')");
    expect_failure("m", "TypeError: create_app() missing 1 required positional argument");
    make_module("m", "def create_app():\n    return 5");
    expect_failure("m", "TypeError: 'm' gives a int, which is no WSGI application");
}

static void test_names(void **state)
{
    (void)state;
    make_module("m", "other = says(b'other')\nother.inner = says(b'inner')\nnumber = 5");
    expect_answer("m:other", "\r\n\r\nother");
    expect_answer("m:other.inner", "\r\n\r\ninner");
    expect_failure("m:missing", "AttributeError: module 'm' has no attribute 'missing'");
    expect_failure("m:number", "TypeError: 'm:number' gives a int, which is no WSGI application");
}

static void test_nothing(void **state)
{
    (void)state;
    make_module("m", "x = 1");
    expect_failure("m", "RuntimeError: module 'm' has no WSGI application");
    expect_failure("no_such_module", "ModuleNotFoundError: No module named 'no_such_module'");
    expect_failure("package.nothing", "ModuleNotFoundError: No module named 'package.nothing'");
    expect_failure("", "ValueError: Empty module name");
}

static void test_broken_modules(void **state)
{
    struct memory_transport *client;

    (void)state;
    expect_failure("broken", "LookupError: <b>broken</b> in two lines \xc3\xa9\n");
    harness_check("'Traceback (most recent call last)' in sys.stderr.text()");
    harness_check("'broken.py\", line 3' in sys.stderr.text()");
    client = harness_request(GET);
    harness_expect_part(client, "\r\nContent-Type: text/plain; charset=utf-8\r\n");
    expect_failure("leaving", "SystemExit: bye");
    expect_answer("package.site", "package.site"); /* a later success counts */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_variables), harness_test(test_instance), harness_test(test_factories),
        harness_test(test_names),     harness_test(test_nothing),  harness_test(test_broken_modules),
    };

    return cmocka_run_group_tests_name("loading", tests, harness_group_setup, harness_group_teardown);
}
