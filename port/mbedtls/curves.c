/* By BearSSL: on a Cortex-M7 it takes a fifth of the instructions of mbedTLS's own. */
#include "curves.h"

#include <stdbool.h>

#include "bearssl.h"
#include "mbedtls/error.h"
#include "mbedtls/platform_util.h"

enum { NUMBER_BYTES = 32, POINT_BYTES = 65 };

/* The generator has a table, which saves a quarter. */
static bool is_generator(const mbedtls_ecp_group *grp, const mbedtls_ecp_point *P)
{
    return mbedtls_mpi_cmp_mpi(&P->MBEDTLS_PRIVATE(X), &grp->G.MBEDTLS_PRIVATE(X)) == 0 &&
           mbedtls_mpi_cmp_mpi(&P->MBEDTLS_PRIVATE(Y), &grp->G.MBEDTLS_PRIVATE(Y)) == 0;
}

static int multiply_p256(const mbedtls_ecp_group *grp, unsigned char *point, size_t length,
                         const unsigned char *number, const mbedtls_ecp_point *P)
{
    if (is_generator(grp, P)) {
        br_ec_p256_m31.mulgen(point, number, NUMBER_BYTES, BR_EC_secp256r1);
        return 0;
    }
    if (br_ec_p256_m31.mul(point, length, number, NUMBER_BYTES, BR_EC_secp256r1) == 0)
        return MBEDTLS_ERR_ECP_INVALID_KEY;
    return 0;
}

static int multiply(const mbedtls_ecp_group *grp, unsigned char *point, size_t length, const mbedtls_mpi *m,
                    const mbedtls_ecp_point *P)
{
    unsigned char number[NUMBER_BYTES];
    bool is_p256 = grp->id == MBEDTLS_ECP_DP_SECP256R1;
    int error = is_p256 ? mbedtls_mpi_write_binary(m, number, sizeof number)
                        : mbedtls_mpi_write_binary_le(m, number, sizeof number);
    if (error == 0 && is_p256)
        error = multiply_p256(grp, point, length, number, P);
    else if (error == 0 && br_ec_c25519_m31.mul(point, length, number, sizeof number, BR_EC_curve25519) == 0)
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
        error = multiply(grp, point, length, m, P);
    if (error == 0)
        error = mbedtls_ecp_point_read_binary(grp, R, point, length);
    mbedtls_platform_zeroize(point, sizeof point);
    return error;
}
