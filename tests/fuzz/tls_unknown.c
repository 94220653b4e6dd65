/* The device has made key and certificate itself, and asks no client who it is. */
#include <string.h>

#include "tls_board.h"
#include "tls_credentials.h"

const struct tls_credentials *const device_credentials = NULL;

void client_credentials_show(struct client_credentials *credentials, mbedtls_ssl_config *config)
{
    (void)credentials, (void)config;
}

void client_credentials_free(struct client_credentials *credentials)
{
    (void)credentials;
}

void client_credentials_check(const struct transport_variable *variable)
{
    require(strncmp(variable->name, "SSL_CLIENT", strlen("SSL_CLIENT")) != 0);
}
