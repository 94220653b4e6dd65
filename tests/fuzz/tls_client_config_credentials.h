/* port/mbedtls/tls_config_credentials.h, and a client to try it with. */
#ifndef TLS_CLIENT_CONFIG_CREDENTIALS_H
#define TLS_CLIENT_CONFIG_CREDENTIALS_H

#include "tls_config_credentials.h"

#define MBEDTLS_SSL_CLI_C

#endif
