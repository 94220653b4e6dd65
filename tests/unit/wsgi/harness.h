/* A server in a real CPython, a clock that stands still unless told, and clients. */
#ifndef HARNESS_H
#define HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "memory_transport.h"
#include "server.h"

enum { HARNESS_CLIENTS = 40, HARNESS_DEADLINE_MS = 200 };

/* The interpreter, for a group of tests. */
int harness_group_setup(void **state);
int harness_group_teardown(void **state);

/* A fresh server for each test; stopping it must end every connection exactly once. */
int harness_setup(void **state);
int harness_teardown(void **state);

/* The configuration harness_setup() starts the server with, but for the deadline.  Descriptor 7
 * is mapped to the alphabet in small letters, 8 to 200,000 zeros. */
struct wsgi_config *harness_config(unsigned deadline_ms);

/* Stops the server and starts it with another configuration. */
void harness_restart(const struct wsgi_config *config);

/* Serves a callable of apps/cases.py. */
void harness_app(const char *name);

/* A new client, accepted by the server; NULL when it was refused. */
struct memory_transport *harness_connect(void);

/* The same, from another address than the usual one. */
struct memory_transport *harness_connect_from(const char *address);

/* The same client anew, after its connection has ended. */
struct memory_transport *harness_connect_again(struct memory_transport *client);

/* The client sends text. */
void harness_send(struct memory_transport *client, const char *text);

/* harness_connect(), harness_send() and harness_run(). */
struct memory_transport *harness_request(const char *text);

/* Polls until there is nothing to do. */
void harness_run(void);

/* Lets the clock run, then polls as harness_run(). */
void harness_sleep_ms(unsigned ms);

/* Lets the clock run. */
void harness_advance_ms(unsigned ms);

/* The real clock instead, and a real signal every few milliseconds at CPython's safe
 * point, as on the device. */
void harness_real_time(bool on);

/* Fails the test unless a Python expression is true; `cases` is apps/cases.py, `stderr`
 * what was written to it. */
void harness_check(const char *expression);

/* Runs a Python statement. */
void harness_do(const char *statement);

/* What the client was sent must be, start with, end with or contain text. */
void harness_expect(const struct memory_transport *client, const char *text);
void harness_expect_start(const struct memory_transport *client, const char *text);
void harness_expect_end(const struct memory_transport *client, const char *text);
void harness_expect_part(const struct memory_transport *client, const char *text);

/* Forgets what the client was sent so far. */
void harness_forget(struct memory_transport *client);

#define harness_test(function) cmocka_unit_test_setup_teardown(function, harness_setup, harness_teardown)

#endif
