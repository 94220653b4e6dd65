/* tls_config.h with what credentials need that an image is given: PEM, and RSA. */
#ifndef TLS_CONFIG_CREDENTIALS_H
#define TLS_CONFIG_CREDENTIALS_H

#include "tls_config.h"

#define MBEDTLS_BASE64_C
#define MBEDTLS_PEM_PARSE_C
#define MBEDTLS_RSA_C
#define MBEDTLS_PKCS1_V15 /* certificates, and TLS 1.2 */
#define MBEDTLS_PKCS1_V21 /* TLS 1.3 */
#define MBEDTLS_X509_RSASSA_PSS_SUPPORT
#define MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED

#endif
