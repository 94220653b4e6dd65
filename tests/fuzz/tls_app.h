/* The dispatcher's side of fuzz_tls.c: an app that reads what a client sends and answers byte for byte, and more if the
 * input wants it to. */
#ifndef TLS_APP_H
#define TLS_APP_H

#include <stdbool.h>
#include <stddef.h>

#include "transport.h"

/* As at the start; it has no connections. */
void app_begin(void);

/* Forgets the connection that a line had. */
void app_forget(unsigned line);

/* Takes a connection over as wsgi_server_accept() does. */
int app_accept(const struct transport *transport);

/* Reads and sends what it can; returns whether there was anything. */
bool app_poll(void);

/* What the input makes it do: take no connections, read nothing, read so many bytes at a time; per line, send so many bytes of
 * its own, sleep, end in order, or at once. */
void app_refuse(bool refuses);
void app_pause(bool pauses);
void app_read_at_most(size_t length);
void app_stream(unsigned line, size_t length);
void app_wait(unsigned line, unsigned ms);
void app_close(unsigned line);
void app_abort(unsigned line);

struct app_progress {
    bool open;             /* the connection is the app's */
    size_t received, sent; /* bytes of data since it was taken over */
};

/* How far it has come with the newest connection of a line. */
void app_progress(unsigned line, struct app_progress *progress);

#endif
