#include "redirect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HTTP_PORT = 80, LAST_PORT = 65535 };

/* The host without its port, which is left in *port; 0: none. */
static struct slice split_port(struct slice host, unsigned long *port)
{
    size_t colon = host.length;

    *port = 0;
    while (colon > 0 && host.start[colon - 1] >= '0' && host.start[colon - 1] <= '9') {
        colon--;
    }
    if (colon == 0 || host.start[colon - 1] != ':') {
        return host; /* it may end in digits all the same */
    }
    for (size_t i = colon; i < host.length && *port <= LAST_PORT; i++) {
        *port = *port * 10 + (unsigned long)(host.start[i] - '0');
    }
    host.length = colon - 1;
    return host;
}

bool redirect_url(const struct request *request, char *url, size_t size)
{
    unsigned long port;
    char suffix[sizeof ":65535"] = "";
    struct slice host, query = request->query;
    int n;

    if (request->host.start == NULL || request->host.length == 0) {
        return false;
    }
    host = split_port(request->host, &port);
    if (port != 0 && port != HTTP_PORT && port + REDIRECT_PORT_DISTANCE <= LAST_PORT) {
        snprintf(suffix, sizeof suffix, ":%u", (unsigned)(port + REDIRECT_PORT_DISTANCE) % (LAST_PORT + 1u));
    }
    n = snprintf(url, size, "https://%.*s%s%.*s%s%.*s", (int)host.length, host.start, suffix, (int)request->path.length,
                 request->path.start, query.length > 0 ? "?" : "", (int)query.length,
                 query.length > 0 ? query.start : "");
    return n > 0 && (size_t)n < size;
}
