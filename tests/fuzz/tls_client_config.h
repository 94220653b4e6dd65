/* port/mbedtls/tls_config.h, and a client to try it with. */
#ifndef TLS_CLIENT_CONFIG_H
#define TLS_CLIENT_CONFIG_H

#include "tls_config.h"

#define MBEDTLS_SSL_CLI_C

#endif
