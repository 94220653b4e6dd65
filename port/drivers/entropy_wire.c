#include "entropy_wire.h"

#include <stdbool.h>
#include <stdint.h>

#include "load.h"
#include "port.h"

enum {
    /* Equal bytes in a row that fail the test: a good source does so once in 2^56 bytes. */
    REPETITIONS = 8,
    STARTUP_BYTES = 64,
    PATIENCE_US = 1000000,
    LOOK_AGAIN_MS = 10, /* should the interrupt be late, as it can be in QEMU */
};

static uint8_t last;
static unsigned run; /* how often `last` came in a row */
static bool stuck;   /* for good: a source that failed once is not trusted again */
static bool proven;

static void test(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        run = bytes[i] == last ? run + 1 : 1;
        last = bytes[i];
        stuck = stuck || run >= REPETITIONS;
    }
}

static int draw(struct cmsdk_uart *uart, uint8_t *buf, size_t len)
{
    uint64_t heard = port_micros();
    while (len > 0) {
        size_t n = cmsdk_uart_read(uart, buf, len);
        if (n == 0) {
            if (port_micros() - heard >= PATIENCE_US)
                return PORT_ERR_TIMEOUT;
            cmsdk_uart_listen(uart); /* again, should the ring have filled up */
            load_idle(LOOK_AGAIN_MS);
            continue;
        }
        test(buf, n);
        if (stuck)
            return PORT_ERR_IO;
        buf += n;
        len -= n;
        heard = port_micros();
    }
    return 0;
}

static int prove(struct cmsdk_uart *uart)
{
    uint8_t sample[STARTUP_BYTES];
    int result = proven ? 0 : draw(uart, sample, sizeof sample);
    proven = result == 0;
    return result;
}

int entropy_wire_read(struct cmsdk_uart *uart, void *buf, size_t len)
{
    if (stuck)
        return PORT_ERR_IO;

    cmsdk_uart_listen(uart);
    int result = prove(uart);
    if (result == 0)
        result = draw(uart, buf, len);
    cmsdk_uart_deafen(uart); /* the wire costs no interrupts while nobody asks */
    return result;
}
