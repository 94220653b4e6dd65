#include "harness.h"

#include <Python.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "server.h"

enum { POLLS = 100000, SIGNAL_US = 5000 };

static struct memory_transport clients[HARNESS_CLIENTS];
static bool accepted[HARNESS_CLIENTS];
static unsigned client_count;
static uint64_t fake_us;
static bool real_time;
static PyObject *globals;

static uint64_t now_us(void)
{
    struct timespec now;

    if (!real_time) {
        return fake_us;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return fake_us + (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static PyObject *at_safe_point(PyObject *self, PyObject *args)
{
    (void)self;
    (void)args;
    return wsgi_server_check_deadline() < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef safe_point_method = {"safe_point", at_safe_point, METH_VARARGS, NULL};

static void initialize(void)
{
    PyPreConfig before;
    PyConfig config;
    PyStatus status;

    PyPreConfig_InitIsolatedConfig(&before);
    before.utf8_mode = 1;
    before.allocator = PYMEM_ALLOCATOR_MALLOC; /* lets AddressSanitizer see every object */
    status = Py_PreInitialize(&before);
    assert_false(PyStatus_Exception(status));
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    config.write_bytecode = 0;
    config.module_search_paths_set = 1;
    PyWideStringList_Append(&config.module_search_paths, Py_DecodeLocale(APPS_DIR, NULL));
    PyWideStringList_Append(&config.module_search_paths, Py_DecodeLocale(PYTHON_LIB, NULL));
    status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    assert_false(PyStatus_Exception(status));
}

int harness_group_setup(void **state)
{
    PyObject *safe_point;

    (void)state;
    initialize();
    globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    safe_point = PyCFunction_New(&safe_point_method, NULL);
    PyDict_SetItemString(globals, "safe_point", safe_point);
    Py_XDECREF(safe_point);
    harness_do("import cases, signal, sys, types\n"
               "sys.modules['hipflask'] = types.ModuleType('hipflask')\n" /* the device's */
               "signal.signal(signal.SIGALRM, safe_point)\n"
               "sys.stderr = cases.Log()\n");
    return 0;
}

int harness_group_teardown(void **state)
{
    (void)state;
    return Py_FinalizeEx();
}

static int map_file(int fd, const void **data, size_t *length)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz", large[200000];

    *data = fd == 7 ? alphabet : large;
    *length = fd == 7 ? sizeof alphabet - 1 : sizeof large;
    return fd == 7 || fd == 8 ? 0 : -1;
}

struct wsgi_config *harness_config(unsigned deadline_ms)
{
    static struct wsgi_config config;

    config = (struct wsgi_config){
        .server_name = "device",
        .software = "hipflask",
        .port = 80,
        .now_us = now_us,
        .map_file = map_file,
    };

    config.deadline_ms = deadline_ms;
    return &config;
}

int harness_setup(void **state)
{
    (void)state;
    client_count = 0;
    fake_us = 1000000;
    harness_do("cases.reset()");
    return wsgi_server_start(harness_config(HARNESS_DEADLINE_MS));
}

int harness_teardown(void **state)
{
    (void)state;
    harness_real_time(false);
    wsgi_server_stop();
    for (unsigned i = 0; i < client_count; i++) {
        if (accepted[i]) {
            assert_int_equal(clients[i].closed + clients[i].aborted, 1);
        }
    }
    return 0;
}

void harness_app(const char *name)
{
    char entry[100];

    PyOS_snprintf(entry, sizeof entry, "cases:%s", name);
    assert_int_equal(wsgi_server_load(entry), 0);
}

struct memory_transport *harness_connect_from(const char *address)
{
    struct memory_transport *client = &clients[client_count];
    struct transport transport;

    assert_true(client_count < HARNESS_CLIENTS);
    memory_transport_init(client);
    client->address = address;
    transport = memory_transport_of(client);
    accepted[client_count] = wsgi_server_accept(&transport) == 0;
    return accepted[client_count++] ? client : NULL;
}

void harness_restart(const struct wsgi_config *config)
{
    wsgi_server_stop();
    assert_int_equal(wsgi_server_start(config), 0);
}

struct memory_transport *harness_connect(void)
{
    return harness_connect_from("192.0.2.7");
}

struct memory_transport *harness_connect_again(struct memory_transport *client)
{
    struct transport transport = memory_transport_of(client);

    assert_int_equal(client->closed + client->aborted, 1);
    memory_transport_init(client);
    assert_int_equal(wsgi_server_accept(&transport), 0);
    return client;
}

void harness_send(struct memory_transport *client, const char *text)
{
    memory_transport_send(client, text, strlen(text));
}

struct memory_transport *harness_request(const char *text)
{
    struct memory_transport *client = harness_connect();

    assert_non_null(client);
    harness_send(client, text);
    harness_run();
    return client;
}

void harness_run(void)
{
    unsigned polls = 0;

    while (wsgi_server_poll()) {
        assert_true(++polls < POLLS);
        assert_null(PyErr_Occurred());
    }
}

void harness_advance_ms(unsigned ms)
{
    fake_us += (uint64_t)ms * 1000;
}

void harness_sleep_ms(unsigned ms)
{
    harness_advance_ms(ms);
    harness_run();
}

void harness_real_time(bool on)
{
    struct itimerval timer = {{0, on ? SIGNAL_US : 0}, {0, on ? SIGNAL_US : 0}};

    real_time = on;
    setitimer(ITIMER_REAL, &timer, NULL);
}

static PyObject *evaluate(const char *text, int mode)
{
    PyObject *result;

    harness_real_time(false);
    result = PyRun_String(text, mode, globals, globals);
    if (result == NULL) {
        harness_real_time(false);
        PySys_SetObject("stderr", PySys_GetObject("__stderr__"));
        PyErr_Print();
        fail_msg("%s", text);
    }
    return result;
}

void harness_check(const char *expression)
{
    PyObject *result = evaluate(expression, Py_eval_input);

    if (!PyObject_IsTrue(result)) {
        PyObject *seen = evaluate("repr((cases.seen, sys.stderr.text()[-1500:]))", Py_eval_input);

        fail_msg("not true: %s\n%s", expression, PyUnicode_AsUTF8(seen));
    }
    Py_DECREF(result);
}

void harness_do(const char *statement)
{
    Py_DECREF(evaluate(statement, Py_file_input));
}

void harness_expect(const struct memory_transport *client, const char *text)
{
    assert_string_equal(client->out, text);
}

void harness_expect_start(const struct memory_transport *client, const char *text)
{
    if (strncmp(client->out, text, strlen(text)) != 0) {
        fail_msg("'%.600s' does not start with '%s'", client->out, text);
    }
}

void harness_expect_end(const struct memory_transport *client, const char *text)
{
    size_t length = strlen(text);

    if (client->out_length < length || strcmp(client->out + client->out_length - length, text) != 0) {
        fail_msg("'%.600s' does not end with '%s'", client->out, text);
    }
}

void harness_expect_part(const struct memory_transport *client, const char *text)
{
    if (strstr(client->out, text) == NULL) {
        fail_msg("'%.600s' does not contain '%s'", client->out, text);
    }
}

void harness_forget(struct memory_transport *client)
{
    client->out_length = client->pushed = client->segments = 0;
    client->out[0] = '\0';
}
