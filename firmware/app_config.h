/* What the image knows of its app: generated from the app's manifest at build time. */
#ifndef APP_CONFIG_H
#define APP_CONFIG_H

#include <stddef.h>
#include <stdint.h>

struct app_config {
    const char *name;     /* the app's directory; for messages */
    const char *entry;    /* "module" or "module:callable" */
    uint32_t deadline_ms; /* the longest a request may run in the app, in milliseconds */
    size_t memory_bytes;  /* the most that a request may take of the heap at a time, in bytes; 0: all but the reserve */
    int64_t built_at;     /* Unix time, in seconds, of the newest of the app's files: a lower bound of now */
};

/* Defined in the app's generated app_config.c. */
extern const struct app_config app_config;

#endif
