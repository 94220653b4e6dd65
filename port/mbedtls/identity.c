#include "identity.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "mbedtls/asn1.h"
#include "mbedtls/ecp.h"
#include "mbedtls/md.h"
#include "mbedtls/oid.h"

enum {
    CERTIFICATE_BYTES = 1024,
    NAMES = 8, /* in a certificate, at most */
    SERIAL_BYTES = 16,
    DATE_BYTES = sizeof "20260101000000",
    SUBJECT_BYTES = 80,
    DIGEST_BYTES = 32,
};

static const char no_end[] = "99991231235959"; /* RFC 5280, section 4.1.2.5: a certificate without one */

struct alternatives {
    mbedtls_x509_san_list list[NAMES];
    unsigned char addresses[NAMES][4];
    unsigned count;
};

static mbedtls_x509_subject_alternative_name *next_name(struct alternatives *names, int type)
{
    if (names->count == NAMES)
        return NULL;
    mbedtls_x509_san_list *entry = &names->list[names->count++];
    memset(entry, 0, sizeof *entry);
    if (names->count > 1)
        entry[-1].next = entry;
    entry->node.type = type;
    return &entry->node;
}

static void add_host(struct alternatives *names, const char *host)
{
    mbedtls_x509_subject_alternative_name *name = next_name(names, MBEDTLS_X509_SAN_DNS_NAME);
    if (name == NULL)
        return;
    name->san.unstructured_name.p = (unsigned char *)host;
    name->san.unstructured_name.len = strlen(host);
}

static void add_address(struct alternatives *names, const char *text)
{
    unsigned char *bytes = names->addresses[names->count % NAMES];
    if (mbedtls_x509_crt_parse_cn_inet_pton(text, bytes) != 4)
        return;
    mbedtls_x509_subject_alternative_name *name = next_name(names, MBEDTLS_X509_SAN_IP_ADDRESS);
    if (name == NULL)
        return;
    name->san.unstructured_name.p = bytes;
    name->san.unstructured_name.len = 4;
}

static int set_names(mbedtls_x509write_cert *draft, const struct identity_names *names)
{
    struct alternatives alternatives = {.count = 0};
    char subject[SUBJECT_BYTES];
    add_host(&alternatives, names->host);
    for (const char *const *other = names->others; *other != NULL; other++)
        add_host(&alternatives, *other);
    for (const char *const *address = names->addresses; *address != NULL; address++)
        add_address(&alternatives, *address);
    snprintf(subject, sizeof subject, "CN=%s", names->host);
    int error = mbedtls_x509write_crt_set_subject_name(draft, subject);
    if (error == 0)
        error = mbedtls_x509write_crt_set_issuer_name(draft, subject);
    if (error == 0)
        error = mbedtls_x509write_crt_set_subject_alternative_name(draft, alternatives.list);
    return error;
}

static int set_time(mbedtls_x509write_cert *draft, int64_t not_before)
{
    char begin[DATE_BYTES];
    struct tm parts;
    time_t since = (time_t)not_before;
    strftime(begin, sizeof begin, "%Y%m%d%H%M%S", gmtime_r(&since, &parts));
    return mbedtls_x509write_crt_set_validity(draft, begin, no_end);
}

static int set_serial(mbedtls_x509write_cert *draft, struct identity_random random)
{
    unsigned char serial[SERIAL_BYTES];
    int error = random.draw(random.ctx, serial, sizeof serial);
    if (error != 0)
        return error;
    serial[0] = (serial[0] & 0x7f) | 0x40; /* positive, and as long as it looks */
    return mbedtls_x509write_crt_set_serial_raw(draft, serial, sizeof serial);
}

static int set_use(mbedtls_x509write_cert *draft)
{
    static const mbedtls_asn1_sequence server = {
        .buf = {MBEDTLS_ASN1_OID, sizeof MBEDTLS_OID_SERVER_AUTH - 1, (unsigned char *)MBEDTLS_OID_SERVER_AUTH}};
    int error = mbedtls_x509write_crt_set_basic_constraints(draft, 0, -1);
    if (error == 0)
        error = mbedtls_x509write_crt_set_key_usage(draft, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    return error == 0 ? mbedtls_x509write_crt_set_ext_key_usage(draft, &server) : error;
}

static int sign(struct identity *identity, mbedtls_x509write_cert *draft, struct identity_random random)
{
    unsigned char der[CERTIFICATE_BYTES];
    mbedtls_x509write_crt_set_version(draft, MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(draft, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(draft, &identity->key);
    mbedtls_x509write_crt_set_issuer_key(draft, &identity->key);
    int length = mbedtls_x509write_crt_der(draft, der, sizeof der, random.draw, random.ctx);
    if (length < 0)
        return length;
    return mbedtls_x509_crt_parse_der(&identity->certificate, der + sizeof der - length, (size_t)length);
}

static int write_certificate(struct identity *identity, const struct identity_names *names,
                             struct identity_random random)
{
    mbedtls_x509write_cert draft;
    mbedtls_x509write_crt_init(&draft);
    int error = set_names(&draft, names);
    if (error == 0)
        error = set_time(&draft, names->not_before);
    if (error == 0)
        error = set_serial(&draft, random);
    if (error == 0)
        error = set_use(&draft);
    if (error == 0)
        error = sign(identity, &draft, random);
    mbedtls_x509write_crt_free(&draft);
    return error;
}

static int make_key(mbedtls_pk_context *key, struct identity_random random)
{
    int error = mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY));
    if (error != 0)
        return error;
    return mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key), random.draw, random.ctx);
}

static int take_fingerprint(struct identity *identity)
{
    unsigned char digest[DIGEST_BYTES];
    const mbedtls_x509_buf *der = &identity->certificate.raw;
    int error = mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), der->p, der->len, digest);
    for (unsigned i = 0; error == 0 && i < DIGEST_BYTES; i++)
        snprintf(identity->fingerprint + i * 3, 4, i + 1 < DIGEST_BYTES ? "%02X:" : "%02X", digest[i]);
    return error;
}

static void begin(struct identity *identity)
{
    mbedtls_pk_init(&identity->key);
    mbedtls_x509_crt_init(&identity->certificate);
}

/* Ends what begin() began; returns error, or one of its own. */
static int finish(struct identity *identity, int error)
{
    if (error == 0)
        error = take_fingerprint(identity);
    if (error != 0) {
        mbedtls_x509_crt_free(&identity->certificate);
        mbedtls_pk_free(&identity->key);
    }
    return error;
}

int identity_make(struct identity *identity, const struct identity_names *names, struct identity_random random)
{
    begin(identity);
    int error = make_key(&identity->key, random);
    if (error == 0)
        error = write_certificate(identity, names, random);
    return finish(identity, error);
}

/* A key of RSA grows when it is used first, and must not into the memory of a session, which ends before it. */
static int use_private_key(mbedtls_pk_context *key, struct identity_random random)
{
    unsigned char digest[DIGEST_BYTES] = {0}, signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE];
    size_t length;
    return mbedtls_pk_sign(key, MBEDTLS_MD_SHA256, digest, sizeof digest, signature, sizeof signature, &length,
                           random.draw, random.ctx);
}

static void use_public_key(mbedtls_pk_context *key)
{
    unsigned char digest[DIGEST_BYTES] = {0}, signature[MBEDTLS_PK_SIGNATURE_MAX_SIZE] = {0};
    size_t length = mbedtls_pk_get_len(key);
    if (length == 0 || length > sizeof signature || !mbedtls_pk_can_do(key, MBEDTLS_PK_RSA))
        return;
    signature[length - 1] = 1; /* nobody's, which does not matter */
    mbedtls_pk_verify(key, MBEDTLS_MD_SHA256, digest, sizeof digest, signature, length);
}

int identity_read_authorities(mbedtls_x509_crt *authorities, const char *pem)
{
    mbedtls_x509_crt_init(authorities);
    int error = mbedtls_x509_crt_parse(authorities, (const unsigned char *)pem, strlen(pem) + 1);
    for (mbedtls_x509_crt *one = authorities; error == 0 && one != NULL; one = one->next)
        use_public_key(&one->pk);
    return error;
}

int identity_read(struct identity *identity, const char *certificate, const char *key, struct identity_random random)
{
    begin(identity);
    int error =
        mbedtls_x509_crt_parse(&identity->certificate, (const unsigned char *)certificate, strlen(certificate) + 1);
    if (error == 0)
        error = mbedtls_pk_parse_key(&identity->key, (const unsigned char *)key, strlen(key) + 1, NULL, 0, random.draw,
                                     random.ctx);
    if (error == 0)
        error = mbedtls_pk_check_pair(&identity->certificate.pk, &identity->key, random.draw, random.ctx);
    if (error == 0)
        error = use_private_key(&identity->key, random);
    return finish(identity, error);
}
