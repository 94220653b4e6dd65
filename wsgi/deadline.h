/* How long one entry into Python may take.
 *
 * Every call of the application, every step of its iterable and every close() is an
 * entry of its own.  Past the limit the safe point raises hipflask.DeadlineExceeded, a
 * BaseException, and raises it again each time it comes until the entry is left.
 */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "connection.h"

/* Creates the exception and puts it into the module hipflask if the device has one.  limit_ms 0
 * is no limit.  Returns 0, or -1 with an exception set. */
int deadline_start(uint64_t (*now_us)(void), uint32_t limit_ms);

/* Python is entered: the limit counts from now. */
void deadline_enter(void);

/* Python was left: nothing is raised any more. */
void deadline_leave(void);

/* At the safe point: returns 0, or -1 with the exception set. */
int deadline_check(void);

/* Within an entry: blocks until something about the connection may have changed, then
 * lets signal handlers (the safe point) run.  Returns 0, or -1 with an exception set. */
int deadline_wait(struct connection *connection);

/* Whether the pending Python exception is the deadline's. */
bool deadline_is_pending(void);

/* Releases the exception. */
void deadline_stop(void);

#endif
