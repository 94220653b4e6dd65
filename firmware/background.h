/* What goes on while Python runs: the network, and the request's deadline. */
#ifndef BACKGROUND_H
#define BACKGROUND_H

/* Installs the safe point and the waiting hook.  After interpreter_start() and
 * wsgi_server_start().  Returns 0, or -1 with a Python exception set. */
int background_start(void);

/* Removes the safe point, before the interpreter ends. */
void background_stop(void);

/* Feeds the watchdog.  The main loop does in every pass, and safe points do until the
 * request's deadline: what neither of them ends, the watchdog does. */
void background_alive(void);

/* Starts the periodic interrupt that asks for safe points; around everything that
 * may run Python, and only there, so that an idle device is not woken by it. */
void background_resume(void);

/* Stops it. */
void background_pause(void);

#endif
