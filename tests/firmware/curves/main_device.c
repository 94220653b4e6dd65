#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "port.h"
#include "shell.h"

/* Returns whether something was typed. */
static bool read_some(char line[SHELL_LINE], size_t *length)
{
    char key;
    if (port_console_read(&key, 1) == 0)
        return false;
    if (key == '\n') {
        line[*length] = '\0';
        *length = 0;
        shell_obey(line);
    } else if (*length < SHELL_LINE - 1) {
        line[(*length)++] = key;
    }
    return true;
}

int main(void)
{
    static char line[SHELL_LINE];
    size_t length = 0;
    printf("curves: ready\n");
    for (;;)
        if (!read_some(line, &length))
            port_idle(1000);
}
