#include "https.h"

#include <stdio.h>

#include "application.h"
#include "server.h"
#include "tcp_transport.h"
#include "tls.h"

enum {
    HTTPS_PORT = 443,
    PATIENCE_MS = 20000, /* milliseconds that a client may wait for a TLS session of its own */
};

void https_start(const char *address)
{
    const struct tls *tls = application()->tls;
    if (tls == NULL)
        return;
    const struct tls_settings settings = {
        .host = BOARD_HOSTNAME,
        .address = address,
        .not_before = application()->built_at,
        .accept = wsgi_server_accept,
    };
    if (tls->start(&settings) < 0 || tcp_transport_listen(HTTPS_PORT, tls->accept, PATIENCE_MS) < 0) {
        printf("hipflask: no HTTPS: there is no entropy, or no memory\n");
        return;
    }
    printf("hipflask: certificate SHA-256 %s\n", tls->fingerprint());
    printf("hipflask: serving on https://%s:%d/\n", address, HTTPS_PORT);
}

bool https_poll(void)
{
    return application()->tls != NULL && application()->tls->poll();
}

uint32_t https_next_timeout_ms(void)
{
    return application()->tls != NULL ? application()->tls->next_timeout_ms() : UINT32_MAX;
}
