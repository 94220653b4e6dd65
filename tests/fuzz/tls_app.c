#include "tls_app.h"

#include <string.h>

#include "tls_board.h"
#include "tls_credentials.h"
#include "tls_peer.h"

enum { MOST_SENT = LINE_BYTES / 2, PIECE_BYTES = 4096, LEAST_READ = 16 /* less only takes time */ };

struct connection {
    bool open, at_end;
    struct transport transport;
    size_t received, sent, owed; /* bytes */
};

static struct connection connections[LINES];
static bool refuses, pauses;
static size_t reads_at_most;

void app_begin(void)
{
    memset(connections, 0, sizeof connections);
    refuses = pauses = false;
    reads_at_most = PIECE_BYTES;
}

void app_forget(unsigned line)
{
    require(!connections[line].open);
    memset(&connections[line], 0, sizeof connections[line]);
}

static void check_variables(const struct transport *transport)
{
    require(strcmp(transport->scheme, "https") == 0 && transport->variables != NULL);
    for (const struct transport_variable *variable = transport->variables; variable->name != NULL; variable++) {
        require(strlen(variable->name) > 0 && strlen(variable->value) > 0);
        client_credentials_check(variable);
    }
}

int app_accept(const struct transport *transport)
{
    if (transport->ctx == NULL || refuses)
        return -1;
    check_variables(transport);
    struct connection *connection = &connections[transport->peer_port];
    require(!connection->open);
    *connection = (struct connection){.open = true, .transport = *transport};
    return 0;
}

static void owe(struct connection *connection, size_t length)
{
    size_t room = MOST_SENT - connection->sent - connection->owed;
    connection->owed += length < room ? length : room;
}

static void end(struct connection *connection, void (*how)(void *ctx))
{
    connection->open = false;
    how(connection->transport.ctx);
}

/* Whatever was done to its records, what comes out is what the client has said. */
static bool read_some(struct connection *connection)
{
    uint8_t buf[PIECE_BYTES];
    if (pauses || connection->at_end)
        return false;
    int n = connection->transport.ops->recv(connection->transport.ctx, buf, reads_at_most);
    require(n <= (int)reads_at_most);
    for (int i = 0; i < n; i++)
        require(buf[i] == peer_byte(connection->received++));
    if (n > 0)
        owe(connection, (size_t)n);
    else if (n == TRANSPORT_CLOSED)
        connection->at_end = true;
    else if (n < 0)
        end(connection, connection->transport.ops->abort);
    return n != 0;
}

static bool send_some(struct connection *connection)
{
    uint8_t piece[PIECE_BYTES];
    if (connection->owed == 0)
        return false;
    size_t length = connection->owed < sizeof piece ? connection->owed : sizeof piece;
    for (size_t i = 0; i < length; i++)
        piece[i] = peer_byte(connection->sent + i);
    bool more = connection->owed > length;
    int n = connection->transport.ops->send(connection->transport.ctx, piece, length, more);
    require(n <= (int)length && n != TRANSPORT_CLOSED);
    if (n < 0) {
        end(connection, connection->transport.ops->abort);
        return true;
    }
    connection->sent += (size_t)n;
    connection->owed -= (size_t)n;
    return n > 0;
}

static bool serve(struct connection *connection)
{
    bool changed = connection->open && read_some(connection);
    changed |= connection->open && send_some(connection);
    if (connection->open && connection->at_end && connection->owed == 0) {
        end(connection, connection->transport.ops->close);
        changed = true;
    }
    return changed;
}

bool app_poll(void)
{
    bool changed = false;
    for (unsigned i = 0; i < LINES; i++)
        changed |= serve(&connections[i]);
    return changed;
}

void app_refuse(bool value)
{
    refuses = value;
}

void app_pause(bool value)
{
    pauses = value;
}

void app_read_at_most(size_t length)
{
    reads_at_most = length > PIECE_BYTES ? PIECE_BYTES : length < LEAST_READ ? LEAST_READ : length;
}

void app_stream(unsigned line, size_t length)
{
    if (connections[line].open)
        owe(&connections[line], length);
}

void app_wait(unsigned line, unsigned ms)
{
    if (connections[line].open)
        connections[line].transport.ops->wait(connections[line].transport.ctx, ms);
}

void app_close(unsigned line)
{
    if (connections[line].open)
        end(&connections[line], connections[line].transport.ops->close);
}

void app_abort(unsigned line)
{
    if (connections[line].open)
        end(&connections[line], connections[line].transport.ops->abort);
}

void app_progress(unsigned line, struct app_progress *progress)
{
    *progress = (struct app_progress){connections[line].open, connections[line].received, connections[line].sent};
}
