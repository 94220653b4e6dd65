/* The device is given a certificate with a key of RSA's, and wants its clients to be known by theirs.
 * The keys prove nothing to anybody: they are here to be the same each time. */
#include <string.h>

#include "random.h"
#include "tls_board.h"
#include "tls_credentials.h"

/* CN=hipflask, RSA with 2048 bits, signed by itself. */
static const char DEVICE_CERTIFICATE[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIDCTCCAfGgAwIBAgIUQKqMYLTzGoVA+tgMbdjX0Dc4PwQwDQYJKoZIhvcNAQEL\n"
    "BQAwEzERMA8GA1UEAwwIaGlwZmxhc2swIBcNMjYxMTIzMTczODUzWhgPOTk2NjEw\n"
    "MjkxNzM4NTNaMBMxETAPBgNVBAMMCGhpcGZsYXNrMIIBIjANBgkqhkiG9w0BAQEF\n"
    "AAOCAQ8AMIIBCgKCAQEApCvA7Pzeo82DpEWF0NAY17/bSPKqFgJnk054qeUQww67\n"
    "acuXxwchPIFc4kc9T/dfOTRZ1MOMbrqluWpUzRYJmHlRw/JUJyOas1nZSTzr9v3H\n"
    "QAXWim5oAUAwkTzAgJ7y0/5Su5wPsrUdhS88UV/FsfJ79xXx8n4a6nrRuhOAFipR\n"
    "yYj86Uu0e7fq6op1m6y5QUdQMEnDT1j7z4Mxwmhhb0Qg+I9+6I3sqzM8r2ZO4aMg\n"
    "St/W4ai/fz8Fx7ImFYuVgLLvZQRDfYduT+WQsyxa8tNsXqn3u4SnNHXLofMMMt87\n"
    "Tuw8EGWIVcgL0t6F37mOGHcyHg1PvwaHsF25oleOlwIDAQABo1MwUTAdBgNVHQ4E\n"
    "FgQUoz9NhvYTuMg5RmowU+et2i7QG0kwHwYDVR0jBBgwFoAUoz9NhvYTuMg5Rmow\n"
    "U+et2i7QG0kwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAU9mQ\n"
    "xsphO5YJHEuWb9CnfXc2xUm7HCmFfQisdx9YGHxORczSkHmkxKO8EmPkMpUnaHqI\n"
    "SWyu5ZaDwzj6DAc8/xR7aSNoE4JKi91aQXlHHr7tTQjgc9oy1v80saTXLxP8KLJN\n"
    "aZJBO+Wwug5p12hjdEn+2UMIaOabSOd8HLxH6cEejBqoU4WM5VJFSGKOXIVrf63s\n"
    "IpAWC59hnutgjUHGWy/89jKXuKNVQUveDgHuLdbIBeLGMJP69YfOSIBcrQDYw2ur\n"
    "i9tiklpvJk+GFjRuwiAodt5ou1ZMFjntC0Bz/eDZZ3I44I6wU55MX3cBc3FYl+en\n"
    "3M77E8pYbDWCJXZMNg==\n"
    "-----END CERTIFICATE-----\n";
static const char DEVICE_KEY[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCkK8Ds/N6jzYOk\n"
    "RYXQ0BjXv9tI8qoWAmeTTnip5RDDDrtpy5fHByE8gVziRz1P9185NFnUw4xuuqW5\n"
    "alTNFgmYeVHD8lQnI5qzWdlJPOv2/cdABdaKbmgBQDCRPMCAnvLT/lK7nA+ytR2F\n"
    "LzxRX8Wx8nv3FfHyfhrqetG6E4AWKlHJiPzpS7R7t+rqinWbrLlBR1AwScNPWPvP\n"
    "gzHCaGFvRCD4j37ojeyrMzyvZk7hoyBK39bhqL9/PwXHsiYVi5WAsu9lBEN9h25P\n"
    "5ZCzLFry02xeqfe7hKc0dcuh8wwy3ztO7DwQZYhVyAvS3oXfuY4YdzIeDU+/Boew\n"
    "XbmiV46XAgMBAAECggEAEQtlNNWjdzCLoH8CqnrTJsyJrkmvb1M261wkJUjIfuU6\n"
    "f6c+bftSBTpNvpp0hacNBl874l3zvb1Nc8d+ir+6evpBiyKk1QlvyCYlwTenggBi\n"
    "yEVdkF1vw+LPsrcy1J0WtfwmHR9R9pUHkxUj4d5GeWKlDIgFPiQUlE/waALFSMet\n"
    "EgbPMecqvSyFboxVq25rOnV3Mr5Lj5P5YtVND7qs3Dt9f1W6VGvHPp7SExY+h8hT\n"
    "gzn3SNXwSKXKqnNmCWCmKJ3QOyHma38el5mNHzlrRVC0JxytD67/VejRkOpWMq2h\n"
    "16jShsoOzxOT3Omodxo0nLVrItg+Nkr8OJZyUS3T2QKBgQDW50qNQwNryuow8n7A\n"
    "UhSRcZJYRMPC+1ABOObh/vrgMqUTkwRr8hdPtCwVaYC/brGkD6szIizVdAXKBhy2\n"
    "AbjyM2mF07BbYk/GZkTdxJl8HElHbwqAm3YK27QsDctGu7E6LboUecVi4+cxDPBH\n"
    "jSR/ck/Eb/rALRjxKac7bgsN+QKBgQDDkNLkYe/xlz2o/3XOUPWFDfRtjl94GLT8\n"
    "EBqgJvc3xexV/64qMKHbD5gOD+nAQkT+QgKWNfdXcEwwvfaQjJHvj+He3muyE2vm\n"
    "V2WKFkP3grVBnmSSK2xwISRrLBdM4UrEZlrtAOw5fk4HeImKhsd1hCwP4TOpWonC\n"
    "KTrOwkLlDwKBgA5oj30NIyuU/UKu34SxfCOMQ82bPqzSALk0QXahi9yASMUZNFCw\n"
    "eJOldtcwrasoFszzJ/1Tq0Hcd47l/gLN9sJ2Y/rPCKH343Vf4fokdk3174vUjBW3\n"
    "VqC/vkK94gUqDGXkLve0emF4+kU1ot6JPgs1dNes0lkULPnuWwIHDMKxAoGAD7L3\n"
    "iwflqCI4+/EN9vL+0qCNJ6JPPafWF4n/aS3XmK2VzE2LIK3owFofHbnfTOTE/xgz\n"
    "dvV8FpPYOe119qKiMHX/btGyGYh/l+0aJJym9h6TCGJ7tlQwD0xJzSSr9ir7wopo\n"
    "8C+rxu3Bu83MVMd/CYsDsn6klArFlkWTB/gGQLcCgYBEkNarMo8qdf23CByC1VY4\n"
    "jC1Q4ONALtX6+O8EGp+qzK2cmhsGsIitSTyTVTwCKypfWWxP1AlSL33eZpkpwa+5\n"
    "1v8VC+ZKVohKcXLX8yVbAwa9FOCh3Fh9rfUh6NbGJmXDm3FmXWN8HsLhtcP89vBI\n"
    "ki7sB4qB68oaGQGudMSwmg==\n"
    "-----END PRIVATE KEY-----\n";

/* CN=fuzz CA, P-256. */
static const char AUTHORITY[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBfDCCASGgAwIBAgIUb41mXrw6NKSpd6i7Oh14O0OxsZAwCgYIKoZIzj0EAwIw\n"
    "EjEQMA4GA1UEAwwHZnV6eiBDQTAgFw0yNjExMjMxNzM4NTJaGA85OTY2MTAyOTE3\n"
    "Mzg1MlowEjEQMA4GA1UEAwwHZnV6eiBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH\n"
    "A0IABH/zUg27LFvq6q0OHgoDxlRRhOb7yHpMCF8rQV+63lCg3ucpffy0fiFCX5G9\n"
    "eADgkC5LYMTmFPFGIvH5lEB3jUGjUzBRMB0GA1UdDgQWBBQWkGUeDZk3W5PLRhb7\n"
    "eTvxPcOs7jAfBgNVHSMEGDAWgBQWkGUeDZk3W5PLRhb7eTvxPcOs7jAPBgNVHRMB\n"
    "Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCUlo5uijpnUAOFIJY68jTBgWRw\n"
    "8i/FkpuNL2PFAhNHKwIhAOcwu7tFkmdc5XRnxLKeDS5y0dE6Mh83fFErZp/lWbxQ\n"
    "-----END CERTIFICATE-----\n";

/* O=clients, CN=fuzz, P-256, signed by the authority. */
static const char CLIENT_CERTIFICATE[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBxDCCAWmgAwIBAgIUcPTw0z4p1gzBJK7b0XyGm/5Y2OowCgYIKoZIzj0EAwIw\n"
    "EjEQMA4GA1UEAwwHZnV6eiBDQTAgFw0yNjExMjMxNzM4NTRaGA85OTY2MTAyOTE3\n"
    "Mzg1NFowITEQMA4GA1UECgwHY2xpZW50czENMAsGA1UEAwwEZnV6ejBZMBMGByqG\n"
    "SM49AgEGCCqGSM49AwEHA0IABC+FhkPQGSbq+2n+nU4KPCRvK67xk//r354hFMoy\n"
    "brN8dEtQS6MQPIWhIXbiWjD8QvfeM7IWPrAwciVwrFRbyPCjgYswgYgwCQYDVR0T\n"
    "BAIwADALBgNVHQ8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwIwGQYDVR0RBBIw\n"
    "EIIEZnV6eoYIdXJuOmZ1enowHQYDVR0OBBYEFLKzCq9GQjRG1r1tZk2lfIu049zl\n"
    "MB8GA1UdIwQYMBaAFBaQZR4NmTdbk8tGFvt5O/E9w6zuMAoGCCqGSM49BAMCA0kA\n"
    "MEYCIQCCHiD2OQSQEtYoSqGDf7wCr2/9XNPJppl2H5YcOt7qBwIhAJAHyg4ZzNjU\n"
    "3Drek/YvJ23+tw1QxCYCwAacwxZ+hS2q\n"
    "-----END CERTIFICATE-----\n";
static const char CLIENT_KEY[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIFkLxdHOZ6JTbv04FHh2taId5vZh8U6/jeSoYUHQ7kB2oAoGCCqGSM49\n"
    "AwEHoUQDQgAEL4WGQ9AZJur7af6dTgo8JG8rrvGT/+vfniEUyjJus3x0S1BLoxA8\n"
    "haEhduJaMPxC994zshY+sDByJXCsVFvI8A==\n"
    "-----END EC PRIVATE KEY-----\n";

static const struct tls_credentials given = {
    .certificate = DEVICE_CERTIFICATE, .key = DEVICE_KEY, .client_ca = AUTHORITY, .client_required = false};
const struct tls_credentials *const device_credentials = &given;

void client_credentials_show(struct client_credentials *credentials, mbedtls_ssl_config *config)
{
    mbedtls_x509_crt_init(&credentials->certificate);
    mbedtls_pk_init(&credentials->key);
    require(mbedtls_x509_crt_parse(&credentials->certificate, (const unsigned char *)CLIENT_CERTIFICATE,
                                   sizeof CLIENT_CERTIFICATE) == 0);
    require(mbedtls_pk_parse_key(&credentials->key, (const unsigned char *)CLIENT_KEY, sizeof CLIENT_KEY, NULL, 0,
                                 random_draw, NULL) == 0);
    require(mbedtls_ssl_conf_own_cert(config, &credentials->certificate, &credentials->key) == 0);
}

void client_credentials_free(struct client_credentials *credentials)
{
    mbedtls_x509_crt_free(&credentials->certificate);
    mbedtls_pk_free(&credentials->key);
}

void client_credentials_check(const struct transport_variable *variable)
{
    if (strcmp(variable->name, "SSL_CLIENT_VERIFY") == 0)
        require(strcmp(variable->value, "NONE") == 0 || strcmp(variable->value, "SUCCESS") == 0);
    if (strcmp(variable->name, "SSL_CLIENT_S_DN_CN") == 0)
        require(strcmp(variable->value, "fuzz") == 0);
    if (strcmp(variable->name, "SSL_CLIENT_I_DN") == 0)
        require(strcmp(variable->value, "CN=fuzz CA") == 0);
}
