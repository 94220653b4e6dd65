#include "server.h"

#include <Python.h>

#include "app.h"
#include "connection.h"
#include "deadline.h"
#include "environ.h"
#include "failure.h"
#include "input.h"
#include "response.h"

enum { FAILURE_BYTES = 512 /* bytes of the page that tells why the import failed */ };

static struct {
    uint64_t (*now_us)(void);
    void (*on_request)(const char *line, size_t length);
    bool (*may_call)(void);
    PyObject *app; /* owned; NULL until loaded */
    char failure[FAILURE_BYTES];
    unsigned next; /* the slot that is looked at first for the next call of the application */
    struct response responses[CONNECTION_COUNT]; /* by the connection's number */
} server;

int wsgi_server_start(const struct wsgi_config *config)
{
    connection_pool_start(config->now_us);
    server.now_us = config->now_us;
    server.on_request = config->on_request;
    server.may_call = config->may_call;
    server.next = 0;
    PyOS_snprintf(server.failure, sizeof server.failure, "no application is loaded");
    if (deadline_start(config->now_us, config->deadline_ms) < 0 ||
        environ_start(config->server_name, config->port) < 0 || input_start() < 0 || response_start() < 0) {
        failure_print();
        return -1;
    }
    return 0;
}

int wsgi_server_load(const char *entry)
{
    static const char prefix[] = "the application could not be imported: ";
    PyObject *app = app_load(entry);

    Py_XSETREF(server.app, app);
    if (app != NULL) {
        return 0;
    }
    PyOS_snprintf(server.failure, sizeof server.failure, "%s", prefix);
    failure_describe(server.failure + sizeof prefix - 1, sizeof server.failure - (sizeof prefix - 1));
    failure_print();
    return -1;
}

int wsgi_server_accept(const struct transport *transport)
{
    return connection_open(transport) == NULL ? -1 : 0;
}

/* Answers a request that no application will see. */
static void refuse(struct connection *connection, struct response *response)
{
    if (connection->refusal == CONNECTION_TIMED_OUT) {
        response_plain(response, connection, 408, "the request did not arrive in time");
    } else {
        response_plain(response, connection, parser_status(connection->refusal), parser_explain(connection->refusal));
    }
}

/* Moves one connection.  Returns whether anything changed. */
static bool advance(struct connection *connection, struct response *response)
{
    bool changed;

    if (connection->state == CONNECTION_RESPONDING) {
        return response_advance(response);
    }
    changed = connection_advance(connection);
    if (connection->state == CONNECTION_REFUSED) {
        refuse(connection, response);
    } else if (connection->state != CONNECTION_FLUSHING) {
        head_release(&response->head); /* a large one is no use to hold between requests */
    }
    return changed;
}

/* A request is complete, as far as its buffer goes. */
static void serve(struct connection *connection, struct response *response)
{
    const struct request *request = &connection->parser.request;

    if (server.on_request != NULL) {
        server.on_request(request->line.start, request->line.length);
    }
    if (request->path.length == 1 && request->path.start[0] == '*') {
        response_plain(response, connection, 204, ""); /* OPTIONS *: the server is well */
    } else if (server.app == NULL) {
        response_plain(response, connection, 500, server.failure);
    } else {
        response_serve(response, connection, server.app);
    }
}

/* Calls the application for the next connection in turn that waits for it. */
static bool serve_next(void)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        unsigned index = (server.next + i) % CONNECTION_COUNT;
        struct connection *connection = connection_at(index);

        if (connection->state == CONNECTION_READY && (server.may_call == NULL || server.may_call())) {
            server.next = index + 1;
            serve(connection, &server.responses[index]);
            return true;
        }
    }
    return false;
}

bool wsgi_server_poll(void)
{
    bool changed = false;

    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        struct connection *connection = connection_at(i);

        if (connection->state != CONNECTION_FREE) {
            changed |= advance(connection, &server.responses[i]);
        }
    }
    return serve_next() || changed;
}

/* When a connection wants to be looked at; 0: not before a byte moves. */
static uint64_t due_us(const struct connection *connection, const struct response *response)
{
    uint64_t due = connection->due_us;

    if (connection->state == CONNECTION_RESPONDING && response->resume_us != 0 &&
        (due == 0 || response->resume_us < due)) {
        due = response->resume_us;
    }
    return due;
}

uint32_t wsgi_server_next_timeout_ms(void)
{
    uint64_t now = connection_now_us();
    uint64_t soonest = UINT64_MAX;

    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        const struct connection *connection = connection_at(i);
        uint64_t due = connection->state == CONNECTION_FREE ? 0 : due_us(connection, &server.responses[i]);

        if (due != 0 && due < soonest) {
            soonest = due;
        }
    }
    if (soonest == UINT64_MAX) {
        return UINT32_MAX;
    }
    return soonest <= now ? 0 : (uint32_t)((soonest - now + 999) / 1000);
}

int wsgi_server_check_deadline(void)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        struct connection *connection = connection_at(i);

        if (connection->state == CONNECTION_RESPONDING) {
            output_push(&connection->output, &connection->transport);
        }
    }
    return deadline_check();
}

unsigned wsgi_server_connections(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        count += connection_at(i)->state != CONNECTION_FREE;
    }
    return count;
}

void wsgi_server_unload(void)
{
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        if (connection_at(i)->state == CONNECTION_RESPONDING) {
            response_abort(&server.responses[i]);
        }
    }
    connection_pool_release();
    for (unsigned i = 0; i < CONNECTION_COUNT; i++) {
        head_release(&server.responses[i].head);
    }
    Py_CLEAR(server.app);
    response_stop();
    input_stop();
    environ_stop();
    deadline_stop();
}

void wsgi_server_stop(void)
{
    wsgi_server_unload();
    connection_pool_stop();
}
