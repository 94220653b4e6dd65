/* What the server has to be told, and what it asks of the machine it runs on. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wsgi_config {
    const char *server_name;  /* SERVER_NAME; copied */
    const char *software;     /* the field Server, at most CONFIG_SOFTWARE_BYTES; copied.  NULL or "": no such field */
    uint16_t port;            /* SERVER_PORT */
    bool https_only;          /* a request over HTTP is answered 308, see redirect.h */
    uint32_t deadline_ms;     /* milliseconds of one entry into Python; 0: no limit */
    size_t memory_bytes;      /* bytes that one entry into Python may take; 0: all but the reserve */
    uint64_t (*now_us)(void); /* microseconds, monotonic */

    /* Unix time in seconds; below 0 as long as the clock is not known to be right: a server
     * without a clock must send no Date (RFC 9110 section 6.6.1).  May be NULL. */
    int64_t (*realtime)(void);

    /* Called before the application is, with the request line, which is not terminated and
     * gone afterwards; must not call Python or this server.  May be NULL. */
    void (*on_request)(const char *line, size_t length);

    /* Asked before a request is given to the application; false leaves it for a later poll.
     * May be NULL. */
    bool (*may_call)(void);

    /* From now on at most `more` bytes more may be allocated, and never the reserve that the
     * machine keeps for the server; SIZE_MAX ends all limits.  May be NULL. */
    void (*limit_memory)(size_t more);

    /* Where the bytes of an open file lie, if they lie in memory and stay there unchanged
     * for good: returns 0, or below 0 when they do not.  May be NULL. */
    int (*map_file)(int fd, const void **data, size_t *length);
};

enum { CONFIG_SOFTWARE_BYTES = 48 };

#endif
