/* The console: standard input and output. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stddef.h>

/* Makes standard input something that port_idle() waits for. */
void console_start(void);

/* As port_console_write() and port_console_read() of port.h. */
int console_write(const char *buf, size_t len);
int console_read(char *buf, size_t len);

#endif
