/* What is on of mbedTLS.  Everything that is not named here is off: older protocols, CBC, RC4, static keys,
 * compression, renegotiation, early data, files, sockets, threads. */
#ifndef TLS_CONFIG_H
#define TLS_CONFIG_H

/* clang-format off */

/* The machine: memory from arenas (arena.h), entropy and time from the board, no operating system. */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_HAVE_TIME
#define MBEDTLS_HAVE_TIME_DATE
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_ENTROPY_HARDWARE_ALT
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO arena_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO   arena_free
#define MBEDTLS_PLATFORM_MS_TIME_ALT
#define MBEDTLS_PLATFORM_GMTIME_R_ALT

/* Random numbers: AES-CTR, seeded from the board's entropy. */
#define MBEDTLS_ENTROPY_C
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_CTR_DRBG_RESEED_INTERVAL 1000 /* numbers drawn; a handshake draws about ten */
#define MBEDTLS_ENTROPY_MAX_SOURCES      2

/* Ciphers with authentication, and the digest of all suites. */
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES     /* in flash: RAM has no room for copies */
#define MBEDTLS_GCM_C
#define MBEDTLS_CHACHA20_C
#define MBEDTLS_POLY1305_C
#define MBEDTLS_CHACHAPOLY_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_MD_C
#define MBEDTLS_SHA224_C           /* comes with SHA-256 */
#define MBEDTLS_SHA256_C
#define MBEDTLS_HKDF_C

/* Keys: P-256 for certificates and exchange, X25519 for exchange. */
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_DP_CURVE25519_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM         /* reduction by the form of the prime */
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1 /* the base point's multiples lie in flash */
#define MBEDTLS_ECP_WINDOW_SIZE       4 /* 8 points of a foreign key's multiples: 1.5 KB while they are needed */
#define MBEDTLS_ECDH_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_PK_C
#define MBEDTLS_PK_PARSE_C
#define MBEDTLS_PK_WRITE_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_OID_C
#define MBEDTLS_PSA_CRYPTO_C           /* TLS 1.3 is written on it */
#define MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG /* random.c */
#define MBEDTLS_PSA_KEY_SLOT_COUNT 32  /* keys of handshakes under way, a few each */

/* Certificates: our own is made here, a client's may be verified. */
#define MBEDTLS_X509_USE_C
#define MBEDTLS_X509_CRT_PARSE_C
#define MBEDTLS_X509_CREATE_C
#define MBEDTLS_X509_CRT_WRITE_C

/* The protocol: a server of TLS 1.2 and 1.3 with ephemeral keys. */
#define MBEDTLS_SSL_TLS_C
#define MBEDTLS_SSL_SRV_C
#define MBEDTLS_SSL_PROTO_TLS1_2
#define MBEDTLS_SSL_PROTO_TLS1_3
#define MBEDTLS_SSL_TLS1_3_COMPATIBILITY_MODE
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL_ENABLED
#define MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL_ENABLED
#define MBEDTLS_KEY_EXCHANGE_ECDHE_ECDSA_ENABLED
#define MBEDTLS_SSL_KEEP_PEER_CERTIFICATE /* TLS 1.3 is not written without */
#define MBEDTLS_SSL_EXTENDED_MASTER_SECRET
#define MBEDTLS_SSL_ALPN
#define MBEDTLS_SSL_SERVER_NAME_INDICATION
#define MBEDTLS_SSL_SESSION_TICKETS
#define MBEDTLS_SSL_TICKET_C
#define MBEDTLS_SSL_TLS1_3_TICKET_AGE_TOLERANCE   6000 /* milliseconds */
#define MBEDTLS_SSL_TLS1_3_TICKET_NONCE_LENGTH    32   /* bytes */
#define MBEDTLS_SSL_TLS1_3_DEFAULT_NEW_SESSION_TICKETS 1
#define MBEDTLS_SSL_MAX_FRAGMENT_LENGTH
#define MBEDTLS_SSL_RECORD_SIZE_LIMIT

/* A client may send records of 16 KB unless it agreed to less, and browsers and curl do when they upload. */
#define MBEDTLS_SSL_IN_CONTENT_LEN  16384 /* bytes */
#define MBEDTLS_SSL_OUT_CONTENT_LEN TLS_RECORD_BYTES

#include <stddef.h>
void *arena_calloc(size_t count, size_t size);
void arena_free(void *memory);

#endif
