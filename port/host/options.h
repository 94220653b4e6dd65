/* The command line of the firmware as a process. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OPTIONS_PATHS = 16,          /* most --path options */
    OPTIONS_DEADLINE_MS = 30000, /* unless --deadline says otherwise */
    OPTIONS_FORWARD_PORT = 8080, /* of this machine, unless --forward says otherwise */
};

/* What was asked for.  The strings are the process's arguments, or static. */
struct options {
    const char *app;                  /* the app's folder, absolute */
    const char *name;                 /* for messages */
    const char *entry;                /* "module" or "module:callable" */
    const char *paths[OPTIONS_PATHS]; /* further folders of Python modules; NULL ends them */
    uint32_t deadline_ms;
    size_t memory_bytes;         /* of a request; 0: no limit */
    const char *forward_address; /* of this machine, dotted */
    uint16_t forward_port;       /* of this machine, to the device's port 80 */
    const char *https_address;   /* the same for port 443; NULL: the device has no HTTPS */
    uint16_t https_port;
    bool https_only;               /* HTTP only says where HTTPS is */
    const char *certificate, *key; /* files in PEM; NULL: the device makes its own */
    const char *client_ca;         /* the same; NULL: clients are not asked for a certificate */
    bool client_wanted;            /* who has none is served all the same */
    const char *tap;               /* a TAP device instead of the user-mode network, or NULL */
    const char *faults;            /* what goes wrong on purpose, or NULL; see faults.h */
    int optimize;                  /* of compile(): 0, 1 or 2 */
    bool reload;                   /* load the app again when its files change */
};

/* Reads the command line.  On a mistake says what it is on standard error and ends the
 * process with 2; --help prints the usage and ends it with 0. */
void options_read(int argc, char **argv);

/* What options_read() has read. */
const struct options *options(void);

/* Ends the process with 1 and one line that begins with "hipflask: "; printf's format. */
void options_fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
