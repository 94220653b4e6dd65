/* What mbedTLS asks for when it multiplies a point (patches/0001), by p256.c and x25519.c: they take a tenth of the
 * instructions of mbedTLS's own on a Cortex-M7. */
#include "curves.h"

#include <stdbool.h>

#include "mbedtls/error.h"
#include "mbedtls/platform_util.h"
#include "p256.h"
#include "x25519.h"

enum { NUMBER_BYTES = 32, POINT_BYTES = 1 + P256_POINT_BYTES /* 4 for "uncompressed", x, y */ };

static int multiply(bool is_p256, unsigned char *point, const mbedtls_mpi *m)
{
    unsigned char number[NUMBER_BYTES];
    int error = is_p256 ? mbedtls_mpi_write_binary(m, number, sizeof number)
                        : mbedtls_mpi_write_binary_le(m, number, sizeof number);
    if (error == 0 &&
        (is_p256 ? p256_multiply(point + 1, number, point + 1) : x25519_multiply(point, number, point)) < 0)
        error = MBEDTLS_ERR_ECP_INVALID_KEY;
    mbedtls_platform_zeroize(number, sizeof number);
    return error;
}

int mbedtls_ecp_mul_alt(const mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                        const mbedtls_ecp_point *P)
{
    unsigned char point[POINT_BYTES];
    size_t length;
    if (grp->id != MBEDTLS_ECP_DP_SECP256R1 && grp->id != MBEDTLS_ECP_DP_CURVE25519)
        return MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE;
    int error = mbedtls_ecp_point_write_binary(grp, P, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, point, sizeof point);
    if (error == 0)
        error = multiply(grp->id == MBEDTLS_ECP_DP_SECP256R1, point, m);
    if (error == 0)
        error = mbedtls_ecp_point_read_binary(grp, R, point, length);
    mbedtls_platform_zeroize(point, sizeof point);
    return error;
}
