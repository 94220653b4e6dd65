/* A machine for tests of port/newlib: its time passes when somebody waits. */
#ifndef FAKE_PORT_H
#define FAKE_PORT_H

#include <stddef.h>
#include <stdint.h>

extern uint64_t fake_port_now_us;
extern uint32_t fake_port_longest_idle_ms; /* the largest argument of port_idle() */
extern int fake_port_entropy_result;
extern const char *fake_port_typed;  /* what the console has to read */
extern char fake_port_console[4096]; /* what was written to it */

void fake_port_clear(void);

#endif
