#include "https.h"

#include <stdio.h>

#include "application.h"
#include "clock.h"
#include "port.h"
#include "server.h"
#include "tcp_transport.h"
#include "tls.h"

enum {
    HTTPS_PORT = 443,
    PATIENCE_MS = 20000, /* milliseconds that a client may wait for a TLS session of its own */
};

/* The key is in the image, which is in many hands: fine on a desk. */
static void warn(const struct tls_credentials *credentials)
{
    if (credentials != NULL && credentials->key != NULL)
        printf("hipflask: DEVELOPMENT ONLY: key and certificate come with the image, whoever has it has the key\n");
}

void https_start(const char *address)
{
    const struct tls *tls = application()->tls;
    if (tls == NULL)
        return;
    const struct tls_settings settings = {
        .host = BOARD_HOSTNAME,
        .address = address,
        .not_before = application()->built_at,
        .realtime = clock_known_time,
        .credentials = application()->credentials,
        .accept = wsgi_server_accept,
    };
    int error = tls->start(&settings);
    if (error == 0)
        error = tcp_transport_listen(HTTPS_PORT, tls->accept, PATIENCE_MS);
    if (error < 0) {
        printf("hipflask: no HTTPS: %s\n",
               error == PORT_ERR_ARG ? "its certificates cannot be used" : "there is no entropy, or no memory");
        return;
    }
    warn(settings.credentials);
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
