/* One line of the console, without its end; prints the answer.  main_device.c and main_host.c call it. */
#ifndef SHELL_H
#define SHELL_H

enum { SHELL_LINE = 300 };

void shell_obey(const char *line);

#endif
