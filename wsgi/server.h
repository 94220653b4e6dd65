/* The dispatcher as the firmware drives it: one thread, one loop.
 *
 * All functions are called from the main thread, which holds the GIL; none but
 * wsgi_server_accept() and wsgi_server_check_deadline() may be called while another of
 * them is running.
 */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "transport.h"

/* Makes ready to serve, after Py_Initialize().  config is copied, but for its function
 * pointers' targets.  Every request is answered with a 500 until wsgi_server_load().
 * Returns 0, or -1 (no memory) with the exception printed. */
int wsgi_server_start(const struct wsgi_config *config);

/* Imports the application, see app.h for entry.  On failure prints the traceback to
 * sys.stderr, keeps a page that says so for every request, and returns -1. */
int wsgi_server_load(const char *entry);

/* Takes over an accepted transport.  Never calls Python; may be called by the transport
 * from within its wait().  Returns 0, or -1 when all slots are taken, or the transport's ctx
 * is NULL: the transport then stays the caller's, who offers it again.  Meanwhile an idle
 * connection may be closed to make room. */
int wsgi_server_accept(const struct transport *transport);

/* Advances every connection by what is possible without waiting, every response by at
 * most one step of its iterable, and calls the application at most once.  Returns
 * whether to call again without sleeping. */
bool wsgi_server_poll(void);

/* Milliseconds until wsgi_server_poll() has something to do though no byte arrives;
 * UINT32_MAX when it has not. */
uint32_t wsgi_server_next_timeout_ms(void);

/* To be called at CPython's safe point, every few milliseconds while Python runs: moves every
 * connection as far as that needs no Python, sends out what waits for a response's next chunk,
 * and returns 0, or -1 with
 * hipflask.DeadlineExceeded set when the running entry is past its limit.  Never raises
 * outside of an entry, so the safe point may come at any time. */
int wsgi_server_check_deadline(void);

/* How many clients are connected. */
unsigned wsgi_server_connections(void);

/* Lets go of the application and of everything of Python: responses under way are cut
 * off, their iterables closed.  Clients that send a request or wait for their turn keep
 * their connections, and are served after the next wsgi_server_start(), which may be by
 * another interpreter.  Until then only wsgi_server_accept() may be called. */
void wsgi_server_unload(void);

/* The same, and resets every connection. */
void wsgi_server_stop(void);

#endif
