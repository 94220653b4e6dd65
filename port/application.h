/* The app as the firmware finds it: part of the image on a device, a folder on the host. */
#ifndef APPLICATION_H
#define APPLICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tls;
struct tls_credentials;

struct application {
    const char *name;     /* the app's folder; for messages */
    const char *entry;    /* "module" or "module:callable" */
    uint32_t deadline_ms; /* the longest a request may run in the app, in milliseconds */
    size_t memory_bytes;  /* the most that a request may take of the heap at a time, in bytes; 0: all but the reserve */
    const char *time_server; /* "host" or "host:port", as network_time_start() takes it; NULL: the board's */
    bool https_only;         /* HTTP only says where HTTPS is */
    const struct tls *tls;   /* HTTPS; NULL: the image has none */
    const struct tls_credentials *credentials; /* for it; NULL: the device makes its own */
    int64_t built_at; /* Unix time, in seconds, of the newest of the app's files: a lower bound of now */
};

/* What the main loop has to do with the app. */
enum application_order {
    APPLICATION_SERVE,  /* go on */
    APPLICATION_RELOAD, /* its files have changed since it was loaded */
    APPLICATION_STOP,   /* end in order */
};

/* The app.  Static; on a device generated from its manifest when the image is built. */
const struct application *application(void);

/* Asked in every pass of the main loop, and cheap; RELOAD is returned once for any number
 * of changes.  On a device it is always APPLICATION_SERVE. */
enum application_order application_order(void);

#endif
