/* What mbedTLS asks of the machine: entropy, and the time. */
#include <time.h>

#include "mbedtls/entropy.h"
#include "mbedtls/platform_time.h"
#include "mbedtls/platform_util.h"
#include "port.h"

/* The one source of the generator (MBEDTLS_ENTROPY_HARDWARE_ALT).  When it fails no number is drawn, and the handshake
 * that wanted one ends. */
int mbedtls_hardware_poll(void *unused, unsigned char *output, size_t length, size_t *written)
{
    (void)unused;
    *written = 0;
    if (port_entropy(output, length) < 0)
        return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
    *written = length;
    return 0;
}

mbedtls_ms_time_t mbedtls_ms_time(void)
{
    return (mbedtls_ms_time_t)(port_micros() / 1000);
}

struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *time, struct tm *parts)
{
    return gmtime_r(time, parts);
}
