#include "server.h"

#include <Python.h>

#include <string.h>

#include "app.h"
#include "deadline.h"
#include "environ.h"
#include "failure.h"
#include "input.h"
#include "pool.h"
#include "response.h"

enum { FAILURE_BYTES = 512 /* bytes of the page that tells why the import failed */ };

static struct {
    uint64_t (*now_us)(void);
    void (*on_request)(const char *line, size_t length);
    bool (*may_call)(void);
    bool https_only;
    PyObject *app; /* owned; NULL until loaded */
    char failure[FAILURE_BYTES];
    unsigned next; /* the slot that is looked at first for the next call of the application */
    struct response responses[POOL_CONNECTIONS]; /* by the connection's number */
} server;

int wsgi_server_start(const struct wsgi_config *config)
{
    pool_start(config->now_us);
    server.now_us = config->now_us;
    server.on_request = config->on_request;
    server.may_call = config->may_call;
    server.https_only = config->https_only;
    server.next = 0;
    PyOS_snprintf(server.failure, sizeof server.failure, "no application is loaded");
    if (deadline_start(config) < 0 || input_start() < 0 || response_start(config) < 0 || environ_start(config) < 0) {
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
    return pool_accept(transport) ? 0 : -1;
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
        response_refuse(response, connection);
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
    } else if (server.https_only && strcmp(connection->transport.scheme, "http") == 0) {
        response_redirect(response, connection);
    } else if (server.app == NULL) {
        response_plain(response, connection, 500, server.failure);
    } else {
        response_serve(response, connection, server.app);
    }
}

/* Calls the application for the next connection in turn that waits for it. */
static bool serve_next(void)
{
    for (unsigned i = 0; i < pool_end(); i++) {
        unsigned index = (server.next + i) % pool_end();
        struct connection *connection = pool_at(index);

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
    bool changed = pool_make_room(), ready = false;

    for (unsigned i = 0; i < pool_end(); i++) {
        struct connection *connection = pool_at(i);

        if (connection->state != CONNECTION_FREE) {
            changed |= advance(connection, &server.responses[i]);
            ready |= connection->state == CONNECTION_READY;
        }
    }
    return (ready && serve_next()) || changed;
}

uint32_t wsgi_server_next_timeout_ms(void)
{
    uint64_t now = connection_now_us();
    uint64_t soonest = UINT64_MAX;
    uint32_t room_ms = pool_next_timeout_ms(), ms = UINT32_MAX;

    for (unsigned i = 0; i < pool_end(); i++) {
        const struct connection *connection = pool_at(i);
        uint64_t next = connection->state == CONNECTION_FREE ? UINT64_MAX : connection_next_us(connection);
        uint64_t resume = connection->state == CONNECTION_RESPONDING ? server.responses[i].resume_us : 0;

        next = resume != 0 && resume < next ? resume : next;
        soonest = next < soonest ? next : soonest;
    }
    if (soonest != UINT64_MAX) {
        ms = soonest <= now ? 0 : (uint32_t)((soonest - now + 999) / 1000);
    }
    return ms < room_ms ? ms : room_ms;
}

int wsgi_server_check_deadline(void)
{
    pool_advance();
    return deadline_check();
}

unsigned wsgi_server_connections(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < pool_end(); i++) {
        count += pool_at(i)->state != CONNECTION_FREE;
    }
    return count;
}

void wsgi_server_unload(void)
{
    for (unsigned i = 0; i < pool_end(); i++) {
        if (pool_at(i)->state == CONNECTION_RESPONDING) {
            response_abort(&server.responses[i]);
        }
    }
    pool_release();
    for (unsigned i = 0; i < pool_end(); i++) {
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
    pool_stop();
}
