/* The REPL on the serial console: Python typed by a person, between two requests. */
#ifndef REPL_H
#define REPL_H

#include <stdbool.h>

/* Takes what has been typed since the last call, echoes it, and runs a statement when
 * one is complete, in the name space of __main__.  The first Enter brings the prompt.
 * Runs Python, and so blocks as long as that takes; requests wait meanwhile.  Called by
 * the main loop only.  Returns whether anything was typed. */
bool repl_poll(void);

/* At a safe point while a statement runs: raises KeyboardInterrupt when Ctrl-C has been
 * typed.  Returns 0, or -1 with the exception set. */
int repl_check_interrupt(void);

#endif
