#include "background.h"

#include <stdbool.h>

#include "clock.h"
#include "https.h"
#include "lwip_port.h"
#include "port.h"
#include "repl.h"
#include "safepoint.h"
#include "server.h"

enum {
    BACKGROUND_PERIOD_MS = 10, /* how long the network may be left alone while Python runs */
    WATCHDOG_MS = 30000,       /* longest stretch of C code without a safe point; after a deadline,
                            how long an app that swallows it may go on */
};

/* At a safe point, from CPython: never runs Python code. */
static int at_safe_point(void)
{
    lwip_port_poll();
    https_poll();
    if (wsgi_server_check_deadline() < 0)
        return -1;
    background_alive();
    return repl_check_interrupt();
}

/* From a system call that waits: the loop's network work; ends the wait for a safe point. */
static int while_waiting(void)
{
    lwip_port_poll();
    https_poll();
    return safepoint_pending();
}

int background_start(void)
{
    clock_on_wait(while_waiting);
    return safepoint_install(at_safe_point);
}

void background_stop(void)
{
    safepoint_remove();
}

void background_alive(void)
{
    port_watchdog(WATCHDOG_MS);
}

void background_resume(void)
{
    port_periodic(BACKGROUND_PERIOD_MS, safepoint_request);
}

void background_pause(void)
{
    port_periodic(0, safepoint_request);
}
