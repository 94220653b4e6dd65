/* From HTTP to the same place over HTTPS. */
#ifndef REDIRECT_H
#define REDIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "parser.h"

enum {
    REDIRECT_BYTES = 1400,             /* of an address that is redirected to, with its NUL */
    REDIRECT_PORT_DISTANCE = 443 - 80, /* from the port of HTTP to that of HTTPS */
};

/* Writes https://HOST/PATH?QUERY of a request that came over HTTP to url, terminated.  A port in its Host keeps its distance:
 * 8080 becomes 8443.  Returns false when there is no host to name, or no room in size bytes. */
bool redirect_url(const struct request *request, char *url, size_t size);

#endif
