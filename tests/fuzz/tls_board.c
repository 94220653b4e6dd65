#include "tls_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mbedtls/ctr_drbg.h"
#include "port.h"
#include "psa/crypto.h"
#include "random.h"

enum {
    NEWEST_RECORD_TYPE = 23,
    OLDEST_RECORD_TYPE = 20,
    LARGEST_RECORD = (1 << 14) + 256, /* RFC 8446, section 5.2 */
    BEGINNING = 1700000000,           /* Unix time, seconds */
};

static const uint64_t FIRST_NUMBER = 0x9e3779b97f4a7c15;

struct line lines[LINES];
static uint64_t now_us, number = 1;
static unsigned fails_in;
static bool within;

void board_require(bool holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, condition);
    abort();
}

void board_begin(void)
{
    memset(lines, 0, sizeof lines);
    number = FIRST_NUMBER;
    fails_in = 0;
}

void board_pass(uint32_t ms)
{
    now_us += ms * 1000ull;
}

void board_enter(void)
{
    within = true;
}

void board_leave(void)
{
    within = false;
}

bool board_is_device(void)
{
    return within;
}

void board_fail_draw(unsigned nth)
{
    fails_in = nth;
}

/* --- what the device asks for ------------------------------------------------------- */

time_t __wrap_time(time_t *result);

time_t __wrap_time(time_t *result)
{
    time_t now = BEGINNING + (time_t)(now_us / 1000000);
    if (result != NULL)
        *result = now;
    return now;
}

uint64_t port_micros(void)
{
    return now_us;
}

int port_entropy(void *buf, size_t len)
{
    return random_draw(NULL, buf, len);
}

int random_start(struct arena *arena)
{
    (void)arena;
    return 0;
}

/* xorshift64*, by S. Vigna: the same numbers for the same input. */
int random_draw(void *unused, unsigned char *output, size_t length)
{
    (void)unused;
    if (within && fails_in > 0 && --fails_in == 0)
        return MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
    for (size_t i = 0; i < length; i++) {
        number ^= number >> 12;
        number ^= number << 25;
        number ^= number >> 27;
        output[i] = (unsigned char)(number * 0x2545f4914f6cdd1d >> 56);
    }
    return 0;
}

psa_status_t mbedtls_psa_external_get_random(mbedtls_psa_external_random_context_t *unused, uint8_t *output,
                                             size_t size, size_t *length)
{
    (void)unused;
    *length = size;
    return random_draw(NULL, output, size) == 0 ? PSA_SUCCESS : PSA_ERROR_INSUFFICIENT_ENTROPY;
}

/* --- plain connections -------------------------------------------------------------- */

bool line_put(struct line *line, const uint8_t *data, size_t length)
{
    if (!line->connected || line->finished || line->reset || line->released)
        return true;
    size_t room = LINE_BYTES - line->up.end;
    size_t n = length < room ? length : room;
    memcpy(line->up.bytes + line->up.end, data, n);
    line->up.end += n;
    return n == length;
}

/* Returns how many bytes there were, at most length. */
static size_t take(struct way *way, void *buf, size_t length)
{
    size_t held = way->end - way->begin;
    size_t n = length < held ? length : held;
    memcpy(buf, way->bytes + way->begin, n);
    way->begin += n;
    if (way->begin == way->end)
        way->begin = way->end = 0;
    return n;
}

size_t line_take(struct line *line, uint8_t *buf, size_t length)
{
    return take(&line->down, buf, length);
}

static int line_recv(void *ctx, void *buf, size_t len)
{
    struct line *line = ctx;
    require(!line->released && len > 0);
    if (line->reset)
        return TRANSPORT_RESET;
    size_t n = take(&line->up, buf, len);
    return n == 0 && line->finished ? TRANSPORT_CLOSED : (int)n;
}

/* Whatever happens, the device sends records. */
static void check_records(struct line *line, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length;) {
        if (line->record_bytes > 0) {
            size_t n = length - i < line->record_bytes ? length - i : line->record_bytes;
            line->record_bytes -= n;
            i += n;
            continue;
        }
        line->head[line->head_bytes++] = data[i++];
        if (line->head_bytes < sizeof line->head)
            continue;
        line->head_bytes = 0;
        line->record_bytes = (size_t)line->head[3] << 8 | line->head[4];
        require(line->head[0] >= OLDEST_RECORD_TYPE && line->head[0] <= NEWEST_RECORD_TYPE && line->head[1] == 3);
        require(line->record_bytes > 0 && line->record_bytes <= LARGEST_RECORD);
    }
}

static int line_send(void *ctx, const void *buf, size_t len, bool more)
{
    struct line *line = ctx;
    (void)more;
    require(!line->released);
    if (line->reset)
        return TRANSPORT_RESET;
    size_t held = line->down.end - line->down.begin;
    if (len == 0)
        return 0;
    size_t room = line->room > held ? line->room - held : 0;
    size_t n = len < room ? len : room;
    if (n > LINE_BYTES - line->down.end)
        n = LINE_BYTES - line->down.end;
    check_records(line, buf, n);
    memcpy(line->down.bytes + line->down.end, buf, n);
    line->down.end += n;
    return (int)n;
}

static void line_close(void *ctx)
{
    struct line *line = ctx;
    require(!line->released);
    line->released = true;
}

static void line_wait(void *ctx, uint32_t max_ms)
{
    const struct line *line = ctx;
    require(!line->released);
    board_pass(max_ms);
}

struct transport line_transport(struct line *line)
{
    static const struct transport_ops ops = {
        .recv = line_recv,
        .send = line_send,
        .close = line_close,
        .abort = line_close,
        .wait = line_wait,
    };
    return (struct transport){.ops = &ops, .ctx = line, .scheme = "http", .peer_port = (uint16_t)(line - lines)};
}
