#include "random.h"

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "psa/crypto.h"

static struct {
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context generator;
    struct arena *arena;
} source;

int random_start(struct arena *arena)
{
    static const unsigned char purpose[] = "hipflask TLS";
    source.arena = arena;
    struct arena *before = arena_enter(arena);
    mbedtls_entropy_init(&source.entropy);
    mbedtls_ctr_drbg_init(&source.generator);
    int error =
        mbedtls_ctr_drbg_seed(&source.generator, mbedtls_entropy_func, &source.entropy, purpose, sizeof purpose - 1);
    arena_enter(before);
    return error;
}

/* Now and then the generator is seeded anew, and allocates; that must not be the memory of the session that happens to
 * draw. */
int random_draw(void *unused, unsigned char *output, size_t length)
{
    (void)unused;
    struct arena *before = arena_enter(source.arena);
    int error = mbedtls_ctr_drbg_random(&source.generator, output, length);
    arena_enter(before);
    return error;
}

/* For PSA, which TLS 1.3 is written on (MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG). */
psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *unused, uint8_t *output,
                                             size_t size, size_t *length)
{
    (void)unused;
    *length = 0;
    if (random_draw(NULL, output, size) != 0)
        return PSA_ERROR_INSUFFICIENT_ENTROPY;
    *length = size;
    return PSA_SUCCESS;
}
