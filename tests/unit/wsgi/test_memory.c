/* Nothing leaks, and running out of memory at any point breaks nothing for good. */
#include "harness.h"

#include <Python.h>
#include <stdio.h>
#include <string.h>

/* Of AddressSanitizer's runtime; GCC installs no header for it. */
size_t __sanitizer_get_current_allocated_bytes(void);

enum { WARM_UP = 50, REQUESTS = 1000, SLACK_BYTES = 512 };

#define POST(path)                                                                                                     \
    "POST " path "?q HTTP/1.1\r\nHost: a\r\nCookie: c\r\nContent-Length: 5\r\nX-Some: thing\r\n\r\nab\ncd"

static struct {
    PyMemAllocatorEx raw, mem, object;
    long left; /* allocations until one fails; below 0: never */
} allocator;

static bool may_allocate(void)
{
    if (allocator.left < 0) {
        return true;
    }
    return allocator.left-- > 0;
}

static void *failing_malloc(void *ctx, size_t size)
{
    PyMemAllocatorEx *inner = ctx;

    return may_allocate() ? inner->malloc(inner->ctx, size) : NULL;
}

static void *failing_calloc(void *ctx, size_t count, size_t size)
{
    PyMemAllocatorEx *inner = ctx;

    return may_allocate() ? inner->calloc(inner->ctx, count, size) : NULL;
}

static void *failing_realloc(void *ctx, void *block, size_t size)
{
    PyMemAllocatorEx *inner = ctx;

    return may_allocate() ? inner->realloc(inner->ctx, block, size) : NULL;
}

static void plain_free(void *ctx, void *block)
{
    PyMemAllocatorEx *inner = ctx;

    inner->free(inner->ctx, block);
}

static void hook(PyMemAllocatorDomain domain, PyMemAllocatorEx *inner)
{
    PyMemAllocatorEx outer = {inner, failing_malloc, failing_calloc, failing_realloc, plain_free};

    PyMem_GetAllocator(domain, inner);
    PyMem_SetAllocator(domain, &outer);
}

/* Without what CPython may forget at any time: its attribute cache holds names, which the
 * traceback module makes anew each time. */
static size_t allocated_bytes(void)
{
    PyGC_Collect();
    PyType_ClearCache();
    return __sanitizer_get_current_allocated_bytes();
}

/* Serves `text` until warm, then REQUESTS times more over one connection. */
static void expect_flat(const char *app, const char *text)
{
    struct memory_transport *client = harness_connect();
    size_t before = 0, after;

    harness_app(app);
    for (unsigned i = 0; i < WARM_UP + REQUESTS; i++) {
        if (i == WARM_UP) {
            before = allocated_bytes();
        }
        if (client->closed + client->aborted > 0) {
            client = harness_connect_again(client);
        }
        memory_transport_init(client);
        harness_send(client, text);
        harness_run();
        assert_true(client->out_length > 0);
        harness_do("cases.reset()");
    }
    after = allocated_bytes();
    if (after > before + SLACK_BYTES) {
        fail_msg("%s: %u bytes more after %u requests", app, (unsigned)(after - before), REQUESTS);
    }
    client->fin = true;
    harness_run();
}

static void test_flat(void **state)
{
    static const char *const apps[] = {
        "raw",
        "show",
        "empty",
        "several",
        "generated",
        "with_length",
        "too_short",
        "too_long",
        "large",
        "many_headers",
        "too_many_headers",
        "written",
        "never_started",
        "started_twice",
        "replaced",
        "replaced_too_late",
        "not_bytes",
        "not_iterable",
        "raises",
        "raises_in_body",
        "raises_in_close",
        "counted",
        "keeps",
        "reads_all",
        "copies",
        "single",
        "single_number",
        "subclass",
    };

    (void)state;
    for (unsigned i = 0; i < sizeof apps / sizeof apps[0]; i++) {
        expect_flat(apps[i], POST("/x%20y"));
    }
    expect_flat("reads_all", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
}

static void test_flat_refusals(void **state)
{
    (void)state;
    expect_flat("raw", "GET / HTTP/1.1\r\n\r\n");
    expect_flat("raw", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
}

/* Lets the first, second, third ... allocation of a request fail.  (CPython 3.13 itself does
 * not survive it when all after it fail, too.) */
static void starve(const char *app, long most)
{
    struct memory_transport *client = harness_connect();
    bool whole = false;

    harness_app(app);
    for (long left = 0; left < most && !whole; left++) {
        if (client->closed + client->aborted > 0) {
            client = harness_connect_again(client);
        }
        memory_transport_init(client);
        harness_send(client, POST("/x%20y"));
        allocator.left = left;
        harness_run();
        whole = allocator.left >= 0;
        allocator.left = -1;
        harness_run();
        if (client->out_length > 0) {
            harness_expect_start(client, "HTTP/1.1 ");
        }
        PyGC_Collect();
    }
    assert_true(whole);
    client->fin = true;
    harness_run();
    client = harness_connect_again(client);
    harness_send(client, POST("/x%20y"));
    harness_run();
    harness_expect_start(client, "HTTP/1.1 200 OK\r\n");
    client->fin = true;
    harness_run();
}

static void test_no_memory(void **state)
{
    /* Simple ones: it is the dispatcher's error paths that are tried, not CPython's. */
    static const char *const apps[] = {"raw", "generated", "written", "many_headers", "reads_all"};

    (void)state;
    hook(PYMEM_DOMAIN_MEM, &allocator.mem);
    hook(PYMEM_DOMAIN_OBJ, &allocator.object);
    for (unsigned i = 0; i < sizeof apps / sizeof apps[0]; i++) {
        starve(apps[i], 2000);
    }
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &allocator.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &allocator.object);
}

/* The first allocation is the request's own: 503, as there is no environ to call with. */
static void test_no_memory_for_the_request(void **state)
{
    struct memory_transport *client;

    (void)state;
    harness_app("raw");
    hook(PYMEM_DOMAIN_MEM, &allocator.mem);
    hook(PYMEM_DOMAIN_OBJ, &allocator.object);
    allocator.left = 0;
    client = harness_request(POST("/x%20y"));
    allocator.left = -1;
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &allocator.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &allocator.object);
    harness_expect_start(client, "HTTP/1.1 503 Service Unavailable\r\n");
    harness_expect_end(client, "no memory for the request\n");
}

/* What the machine would do: allow so much more, and have a reserve for whom nothing limits. */
static void limit_memory(size_t more)
{
    allocator.left = more == SIZE_MAX ? -1 : (long)more;
}

/* Past its budget the application gets a MemoryError; telling so, and the next request, do not. */
static void test_budget(void **state)
{
    struct wsgi_config *config = harness_config(HARNESS_DEADLINE_MS);
    struct memory_transport *client;

    (void)state;
    config->limit_memory = limit_memory;
    config->memory_bytes = 2000; /* allocations, here */
    harness_restart(config);
    harness_app("hoards");
    hook(PYMEM_DOMAIN_MEM, &allocator.mem);
    hook(PYMEM_DOMAIN_OBJ, &allocator.object);
    for (unsigned i = 0; i < 3; i++) {
        client = harness_request(POST("/x%20y"));
        harness_expect_start(client, "HTTP/1.1 500 Internal Server Error\r\n");
        assert_int_equal(allocator.left, -1);
    }
    PyMem_SetAllocator(PYMEM_DOMAIN_MEM, &allocator.mem);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &allocator.object);
    harness_check("sys.stderr.text().count('Traceback') == 3 and sys.stderr.text().count('\\nMemoryError') == 3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_flat),      harness_test(test_flat_refusals),
        harness_test(test_no_memory), harness_test(test_no_memory_for_the_request),
        harness_test(test_budget),
    };

    allocator.left = -1;
    return cmocka_run_group_tests_name("memory", tests, harness_group_setup, harness_group_teardown);
}
