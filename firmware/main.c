/* The firmware: start-up in its order, then the loop. */
#include <Python.h>

#include <stdio.h>
#include <stdlib.h>

#include "application.h"
#include "background.h"
#include "clock.h"
#include "files.h"
#include "heap.h"
#include "https.h"
#include "interpreter.h"
#include "load.h"
#include "lwip_port.h"
#include "machine.h"
#include "network_time.h"
#include "port.h"
#include "repl.h"
#include "server.h"
#include "tcp_transport.h"

PyMODINIT_FUNC PyInit_hipflask(void); /* module.c */

enum {
    HTTP_PORT = 80,
    ENTROPY_PROBE_BYTES = 32,
    LONGEST_SLEEP_MS = 1000, /* the clocks must be read more often than their counters wrap */
};

static enum application_order order; /* what the main loop has to do */

static void halt(const char *why)
{
    printf("hipflask: HALT: %s\n", why);
    fflush(stdout);
    for (;;)
        load_idle(LONGEST_SLEEP_MS);
}

/* Hash seeds, session keys and TCP's sequence numbers hang on it: without a source
 * the device does not pretend. */
static void require_entropy(void)
{
    unsigned char probe[ENTROPY_PROBE_BYTES];
    int error = port_entropy(probe, sizeof probe);
    if (error == PORT_ERR_IO)
        halt("the source of entropy fails its health test");
    if (error < 0)
        halt("no source of entropy; a device without one does not start");
}

static void set_environment(void)
{
    setenv("HOME", "/tmp", 1);
    setenv("HOSTNAME", BOARD_NAME, 1);
    setenv("NO_COLOR", "1", 1); /* tracebacks as text, whatever reads the console */
    /* Makes Flask's app.run() at module level a no-op: the server runs already. */
    setenv("FLASK_RUN_FROM_CLI", "true", 1);
}

/* An app's modules stay for good.  Collecting while they are imported finds nothing, and once
 * they are frozen a collection looks at what requests leave behind only: it is cheap and
 * comes often, so that garbage does not pile up to a share of all modules. */
static void load_application(void)
{
    PyGC_Disable();
    wsgi_server_load(application()->entry);
    PyGC_Collect();
    PyObject *gc = PyImport_ImportModule("gc");
    PyObject *done = gc != NULL ? PyObject_CallMethod(gc, "freeze", NULL) : NULL;
    if (done == NULL)
        PyErr_Clear(); /* no memory: the app will say so */
    Py_XDECREF(done);
    Py_XDECREF(gc);
    PyGC_Enable();
}

/* Asked again before every call of the app, so that a request is answered by what was saved
 * before it came. */
static bool application_stays(void)
{
    if (order == APPLICATION_SERVE)
        order = application_order();
    return order == APPLICATION_SERVE;
}

static void start_application(void)
{
    const struct wsgi_config config = {
        .server_name = BOARD_NAME,
        .software = WSGI_SOFTWARE,
        .port = HTTP_PORT,
        .https_only = application()->https_only,
        .deadline_ms = application()->deadline_ms,
        .memory_bytes = application()->memory_bytes,
        .now_us = port_micros,
        .realtime = clock_known_time,
        .on_request = fault_note,
        .may_call = application_stays,
        .limit_memory = heap_limit,
        .map_file = files_map,
    };
    if (PyImport_AppendInittab("hipflask", PyInit_hipflask) < 0 || interpreter_start() < 0)
        fault_panic("the interpreter did not start");
    if (wsgi_server_start(&config) < 0)
        fault_panic("the server did not start");
    load_application();
    if (background_start() < 0) {
        PyErr_Print();
        fault_panic("there is no safe point");
    }
}

/* Clients that wait stay connected: the network knows nothing of it. */
static void stop_application(void)
{
    wsgi_server_unload();
    background_stop();
    interpreter_stop();
}

static void start_network(void)
{
    if (lwip_port_start() < 0)
        fault_panic("the network interface did not start");
    if (network_time_start(application()->time_server) < 0)
        printf("hipflask: %s is no time server\n", application()->time_server);
    if (tcp_transport_listen(HTTP_PORT, wsgi_server_accept, 0) < 0)
        fault_panic("no memory to listen");
}

/* Says once that the server can be reached, when the interface has its address. */
static void announce(void)
{
    static bool announced;
    const char *address = announced ? NULL : lwip_port_address();
    if (address == NULL)
        return;
    announced = true;
    printf("hipflask: heap %u of %u bytes, stack %u of %u bytes, awake for %u us\n", (unsigned)heap_used(),
           (unsigned)heap_total(), (unsigned)stack_high_water(), (unsigned)(stack_top() - stack_bottom()),
           (unsigned)load_awake_us());
    printf("hipflask: serving on http://%s:%d/\n", address, HTTP_PORT);
    fflush(stdout);
    https_start(address);
    fflush(stdout);
}

static uint32_t next_wake_ms(void)
{
    uint32_t network = lwip_port_next_timeout_ms();
    uint32_t server = wsgi_server_next_timeout_ms();
    uint32_t tls = https_next_timeout_ms();
    uint32_t soonest = network < server ? network : server;
    soonest = tls < soonest ? tls : soonest;
    return soonest < LONGEST_SLEEP_MS ? soonest : LONGEST_SLEEP_MS;
}

/* What a pass of the loop does with the interpreter.  Returns whether anything happened. */
static bool run_python(void)
{
    background_resume();
    bool busy = wsgi_server_poll();
    busy |= repl_poll();
    background_pause();
    return busy;
}

/* Serves until the app changes or is to end; on a device for ever. */
static void serve(void)
{
    order = APPLICATION_SERVE;
    while (application_stays()) {
        background_alive();
        bool busy = lwip_port_poll();
        busy |= https_poll();
        busy |= run_python();
        announce();
        if (!busy && order == APPLICATION_SERVE)
            load_idle(next_wake_ms());
    }
}

int main(void)
{
    int missing = files_init();
    printf("\nhipflask: %s on %s, started by %s\n", application()->name, BOARD_NAME, reset_reason_text(reset_reason()));
    if (missing < 0)
        halt("the app's files cannot be read");
    require_entropy();
    clock_assume_realtime(application()->built_at * 1000000);
    set_environment();
    start_application();
    start_network();
    serve();
    while (order == APPLICATION_RELOAD) {
        stop_application();
        printf("hipflask: %s has changed, loading it again\n", application()->name);
        start_application();
        serve();
    }
    wsgi_server_stop();
    stop_application();
    return 0;
}
