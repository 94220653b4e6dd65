/* What a fuzzer adds to the device's configuration of mbedTLS: a client to try it with. */
#ifndef TLS_CLIENT_CONFIG_H
#define TLS_CLIENT_CONFIG_H

#define MBEDTLS_SSL_CLI_C

#endif
