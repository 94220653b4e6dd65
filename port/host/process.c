#include "process.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "machine.h"

static const char variable[] = "HIPFLASK_RESET"; /* the reason's number, over an exec */

static char **arguments;
static int folder = -1; /* the current one at the start, to which they relate */
static enum port_reset_reason last;
static char next_reason[sizeof variable + 2]; /* "HIPFLASK_RESET=2": nothing to allocate in a handler */
static volatile sig_atomic_t ending;
static int end_event = -1;

void process_start(char **argv)
{
    const char *reason = getenv(variable);
    if (reason != NULL && *reason >= '0' && *reason <= '0' + PORT_RESET_PANIC)
        last = (enum port_reset_reason)(*reason - '0');
    unsetenv(variable);
    arguments = argv;
    folder = open(".", O_PATH | O_CLOEXEC);
    memcpy(next_reason, variable, sizeof variable - 1);
    next_reason[sizeof variable - 1] = '=';
}

enum port_reset_reason reset_reason(void)
{
    return last;
}

void process_reset(enum port_reset_reason reason)
{
    sigset_t none;
    next_reason[sizeof variable] = (char)('0' + reason);
    putenv(next_reason);
    sigemptyset(&none);
    if (fchdir(folder) < 0)
        _exit(EXIT_FAILURE);
    close_range(STDERR_FILENO + 1, UINT_MAX, 0);
    sigprocmask(SIG_SETMASK, &none, NULL); /* a handler's mask would be inherited */
    execv("/proc/self/exe", arguments);
    _exit(EXIT_FAILURE);
}

static void on_end(int number)
{
    uint64_t one = 1;
    ending = 1;
    signal(number, SIG_DFL);
    if (write(end_event, &one, sizeof one) < 0)
        _exit(EXIT_FAILURE);
}

int process_catch_end(void)
{
    struct sigaction action = {.sa_handler = on_end};
    end_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return end_event;
}

bool process_is_ending(void)
{
    return ending != 0;
}
