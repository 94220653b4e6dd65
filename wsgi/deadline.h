/* How long one entry into Python may take, and how much memory.
 *
 * Every call of the application, every step of its iterable and every close() is an
 * entry of its own.  Past the limit the safe point raises hipflask.DeadlineExceeded, a
 * BaseException, and raises it again each time it comes until the entry is left.  Past the
 * budget an allocation raises MemoryError.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "connection.h"

/* Creates the exception and puts it into the module hipflask if the device has one.  Uses the
 * configuration's clock, deadline and memory.  Returns 0, or -1 with an exception set. */
int deadline_start(const struct wsgi_config *config);

/* Python is entered: the limits count from now. */
void deadline_enter(void);

/* The same, to report a failure: the reserve of memory may be used. */
void deadline_enter_report(void);

/* Python was left: there are no limits any more. */
void deadline_leave(void);

/* At the safe point: returns 0, or -1 with the exception set. */
int deadline_check(void);

/* Within an entry: blocks until something about the connection may have changed; the other
 * connections move meanwhile.  Then lets signal handlers (the safe point) run.  While no other
 * request waits for the application, the wait does not count.  Returns 0, or -1 with an
 * exception set. */
int deadline_wait(struct connection *connection);

/* Whether the pending Python exception is the deadline's. */
bool deadline_is_pending(void);

/* Releases the exception. */
void deadline_stop(void);

#endif
