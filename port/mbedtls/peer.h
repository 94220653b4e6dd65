/* Who a client has proved to be: its certificate, as an app sees it.  Only session.c uses it. */
#ifndef PEER_H
#define PEER_H

#include "mbedtls/ssl.h"
#include "transport.h"

enum { PEER_VARIABLES = 5 };

struct peer_texts;

/* Fills at most PEER_VARIABLES variables and ends them with one whose name is NULL: SSL_CLIENT_VERIFY, and of a client
 * with a certificate SSL_CLIENT_S_DN, SSL_CLIENT_S_DN_CN, SSL_CLIENT_I_DN and SSL_CLIENT_M_SERIAL; nothing when no
 * client is asked for one.  *texts, NULL before, is what they lie in: of the arena that is entered, and the caller's to
 * give to mbedtls_free(), whatever is returned.
 *
 * Returns 0; MBEDTLS_ERR_X509_CERT_VERIFY_FAILED for a certificate that nobody vouches for, MBEDTLS_ERR_X509_BUFFER_TOO_SMALL
 * for a name of more than 255 bytes, which would be another when cut; MBEDTLS_ERR_SSL_ALLOC_FAILED. */
int peer_describe(const mbedtls_ssl_context *ssl, struct transport_variable *variables, struct peer_texts **texts);

#endif
