#include "peer.h"

#include <string.h>

#include "mbedtls/oid.h"
#include "mbedtls/platform.h"

enum { TEXT_BYTES = 256, SERIAL_BYTES = 64 /* RFC 5280, section 4.1.2.2: at most 20, as AA:BB:... */ };

struct peer_texts {
    char subject[TEXT_BYTES], common_name[TEXT_BYTES], issuer[TEXT_BYTES], serial[SERIAL_BYTES];
};

/* The bytes are what a CA has signed, but it is not for an app to meet a NUL or a line break in a name. */
static bool read_common_name(const mbedtls_x509_name *subject, char text[TEXT_BYTES])
{
    const mbedtls_asn1_named_data *found =
        mbedtls_asn1_find_named_data(subject, MBEDTLS_OID_AT_CN, MBEDTLS_OID_SIZE(MBEDTLS_OID_AT_CN));
    if (found == NULL || found->val.len >= TEXT_BYTES)
        return false;
    for (size_t i = 0; i < found->val.len; i++)
        if (found->val.p[i] < ' ' || found->val.p[i] == 0x7f)
            return false;
    memcpy(text, found->val.p, found->val.len);
    text[found->val.len] = '\0';
    return true;
}

static int read_texts(const mbedtls_x509_crt *certificate, struct peer_texts *texts)
{
    int length = mbedtls_x509_dn_gets(texts->subject, TEXT_BYTES, &certificate->subject);
    if (length >= 0)
        length = mbedtls_x509_dn_gets(texts->issuer, TEXT_BYTES, &certificate->issuer);
    if (length >= 0)
        length = mbedtls_x509_serial_gets(texts->serial, SERIAL_BYTES, &certificate->serial);
    return length < 0 ? length : 0;
}

static int describe_certificate(const mbedtls_x509_crt *certificate, struct transport_variable *variables,
                                struct peer_texts *texts)
{
    if (texts == NULL)
        return MBEDTLS_ERR_SSL_ALLOC_FAILED;
    int error = read_texts(certificate, texts);
    if (error != 0)
        return error;
    *variables++ = (struct transport_variable){"SSL_CLIENT_VERIFY", "SUCCESS"};
    *variables++ = (struct transport_variable){"SSL_CLIENT_S_DN", texts->subject};
    *variables++ = (struct transport_variable){"SSL_CLIENT_I_DN", texts->issuer};
    *variables++ = (struct transport_variable){"SSL_CLIENT_M_SERIAL", texts->serial};
    if (read_common_name(&certificate->subject, texts->common_name))
        *variables++ = (struct transport_variable){"SSL_CLIENT_S_DN_CN", texts->common_name};
    *variables = (struct transport_variable){NULL, NULL};
    return 0;
}

int peer_describe(const mbedtls_ssl_context *ssl, struct transport_variable *variables, struct peer_texts **texts)
{
    const mbedtls_x509_crt *certificate = mbedtls_ssl_get_peer_cert(ssl);
    *variables = (struct transport_variable){NULL, NULL};
    if (certificate != NULL && mbedtls_ssl_get_verify_result(ssl) != 0)
        return MBEDTLS_ERR_X509_CERT_VERIFY_FAILED; /* where it is optional, mbedTLS leaves that to us */
    if (certificate != NULL) {
        *texts = mbedtls_calloc(1, sizeof **texts);
        return describe_certificate(certificate, variables, *texts);
    }
    if (ssl->MBEDTLS_PRIVATE(conf)->MBEDTLS_PRIVATE(authmode) != MBEDTLS_SSL_VERIFY_NONE) {
        variables[0] = (struct transport_variable){"SSL_CLIENT_VERIFY", "NONE"};
        variables[1] = (struct transport_variable){NULL, NULL};
    }
    return 0;
}
