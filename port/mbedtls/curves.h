/* Multiplication on elliptic curves, which is nearly all that a handshake costs.  A board whose hardware does it supplies
 * another file for this one. */
#ifndef CURVES_H
#define CURVES_H

#include "mbedtls/ecp.h"

/* R = m * P on P-256 or Curve25519, in constant time.  The caller has checked that P is on the curve and m in its range
 * (SEC 1, section 3; RFC 7748, section 5).  Returns 0, an error of mbedTLS's (no memory), or
 * MBEDTLS_ERR_ECP_FEATURE_UNAVAILABLE for another curve, which mbedTLS then does itself. */
int mbedtls_ecp_mul_alt(const mbedtls_ecp_group *grp, mbedtls_ecp_point *R, const mbedtls_mpi *m,
                        const mbedtls_ecp_point *P);

#endif
