/* From the process's start to the firmware's main(), which the linker calls __real_main:
 * what reset does on a device. */
#include <signal.h>
#include <stdio.h>

#include "faults.h"
#include "options.h"
#include "port.h"
#include "process.h"

int __real_main(void);
int __wrap_main(int argc, char **argv);

int __wrap_main(int argc, char **argv)
{
    process_start(argv);
    options_read(argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0); /* the console is followed through a pipe, too */
    signal(SIGPIPE, SIG_IGN);         /* a reader of the console that leaves ends nothing */
    port_init();
    faults_start(options()->faults);
    return __real_main();
}
