#include <stdio.h>
#include <string.h>

#include "shell.h"

int main(void)
{
    char line[SHELL_LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        shell_obey(line);
        fflush(stdout);
    }
    return 0;
}
