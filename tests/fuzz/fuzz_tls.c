/* Records of clients that are right, spoilt or invented into port/mbedtls; README.md has the format. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "psa/crypto.h"
#include "tls.h"
#include "tls_app.h"
#include "tls_board.h"
#include "tls_credentials.h"
#include "tls_memory.h"
#include "tls_peer.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OPERATIONS = 100, /* of one input at most */
    HEAD_BYTES = 5,   /* of a record */
    STEPS = 100000,   /* that a client may need until it has read all */
    BUSY_POLLS = 20000,
    PASS_MS = 50,       /* of one operand of "time passes" */
    LONG_MS = 3600000,  /* the same of a long time: tickets grow old */
    REST_STEPS = 50,    /* timeouts until the last session is free */
    REST_MS = 86400000, /* between inputs, so that each begins with new keys for tickets */
    LONGEST_RECORD = 1 << 14,
    APPLICATION_DATA = 23, /* a record's type */
};

enum { IS_LARGE = 128, IS_OTHER = 64 };
enum operation { BEGIN, GO, STEP, SPOIL, RAW, RECORD, OWN, DATA, CLOSE, FINISH, RESET, TIME, FAIL, ROOM, APP, PIECES };
enum spoil { CHANGE, CUT, INSERT, AGAIN };
enum app_does { REFUSES, PAUSES, READS, STREAMS, WAITS, CLOSES, ABORTS };

struct input {
    const uint8_t *at, *end;
};

/* What must have become of a line's data in the end: all arrived in both directions, the client's did, or nothing is known. */
static enum expectation { ALL, CLIENTS, NOTHING } expectations[LINES];
static bool failing; /* something was, or will be, not to be had */
static size_t used_at_rest, keys_at_rest;

/* --- the device ------------------------------------------------------------------------- */

static bool accept_waiting(void)
{
    bool changed = false;
    for (unsigned i = 0; i < LINES; i++) {
        if (!lines[i].connected || lines[i].accepted)
            continue;
        struct transport lower = line_transport(&lines[i]);
        lines[i].accepted = tls.accept(&lower) == 0;
        changed |= lines[i].accepted;
    }
    return changed;
}

/* The main loop, until it would sleep; which it must. */
static void poll(void)
{
    unsigned polls = 0;
    bool changed = true;
    board_enter();
    while (changed) {
        require(++polls < BUSY_POLLS);
        changed = accept_waiting();
        changed |= tls.poll();
        changed |= app_poll();
    }
    board_leave();
}

static size_t keys(void)
{
    mbedtls_psa_stats_t stats;
    mbedtls_psa_get_stats(&stats);
    return stats.MBEDTLS_PRIVATE(volatile_slots) + stats.MBEDTLS_PRIVATE(half_filled_slots) +
           stats.MBEDTLS_PRIVATE(locked_slots);
}

static unsigned sessions_used(void)
{
    struct tls_use use;
    tls.use(&use);
    require(use.used <= use.size && use.arena_most <= use.arena_size);
    require(use.used > 0 || use.arena_used == 0);
    return use.used;
}

/* --- clients ---------------------------------------------------------------------------- */

static void expect(unsigned line, enum expectation expectation)
{
    if (expectation > expectations[line])
        expectations[line] = expectation;
}

static void expect_of_all(enum expectation expectation)
{
    for (unsigned line = 0; line < LINES; line++)
        expect(line, expectation);
}

static void put(unsigned line, const uint8_t *data, size_t length)
{
    if (!line_put(&lines[line], data, length))
        expect(line, NOTHING);
    poll();
}

/* Returns whether there was anything. */
static bool deliver(unsigned line)
{
    size_t length;
    const uint8_t *data = peer_sent(line, &length);
    put(line, data, length);
    return length > 0;
}

static bool step(unsigned line)
{
    bool moved = peer_step(line);
    return deliver(line) || moved;
}

static void go(unsigned line)
{
    unsigned steps = 0;
    while (step(line))
        require(++steps < STEPS);
}

static void begin(unsigned line, unsigned wants)
{
    struct line *plain = &lines[line];
    plain->reset = true;
    expect(line, NOTHING);
    poll();
    if (plain->accepted && !plain->released)
        return; /* the app does not look at it */
    memset(plain, 0, sizeof *plain);
    plain->room = LINE_BYTES;
    plain->connected = true;
    expectations[line] = failing ? NOTHING : ALL;
    app_forget(line);
    peer_begin(line, wants);
    poll();
}

/* --- an input --------------------------------------------------------------------------- */

static uint8_t take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

static unsigned take_two(struct input *input)
{
    unsigned high = take(input);
    return high << 8 | take(input);
}

/* The bytes of an operand with its length in front; as many as there are. */
static size_t take_bytes(struct input *input, const uint8_t **bytes)
{
    size_t length = take(input);
    if (length > (size_t)(input->end - input->at))
        length = (size_t)(input->end - input->at);
    *bytes = input->at;
    input->at += length;
    return length;
}

/* A step of the client's whose bytes do not arrive as they were sent. */
static void spoil(unsigned line, struct input *input)
{
    enum spoil kind = take(input) & 3;
    unsigned place = take_two(input);
    uint8_t value = take(input);
    const uint8_t *bytes = NULL;
    size_t length, count = kind == INSERT ? take_bytes(input, &bytes) : 0;
    peer_step(line);
    uint8_t *data = peer_sent(line, &length);
    expect(line, NOTHING);
    if (length == 0)
        return;
    place %= length;
    if (kind == CHANGE)
        data[place] ^= value | (value == 0);
    put(line, data, kind == CUT || kind == INSERT ? place : length);
    if (kind == INSERT)
        put(line, bytes, count);
    if (kind == INSERT || kind == AGAIN)
        put(line, data + place, length - place);
}

/* A record without protection, of bytes or long, that may pretend another length. */
static void put_record(unsigned line, struct input *input, unsigned flags)
{
    static uint8_t zeros[LONGEST_RECORD];
    uint8_t type = take(input), version = take(input);
    unsigned pretended = take_two(input);
    const uint8_t *content = zeros;
    size_t length = flags & IS_LARGE ? take_two(input) % sizeof zeros : take_bytes(input, &content);
    if (!(flags & IS_OTHER))
        pretended = (unsigned)length;
    const uint8_t head[HEAD_BYTES] = {type, 3, version, (uint8_t)(pretended >> 8), (uint8_t)pretended};
    expect(line, NOTHING);
    put(line, head, sizeof head);
    put(line, content, length);
}

/* Records that are authentic and wrong all the same; as many as the flags say. */
static void put_own(unsigned line, struct input *input, unsigned flags)
{
    unsigned type = take(input), count = flags & IS_LARGE ? take(input) : 1;
    const uint8_t *content;
    size_t length = take_bytes(input, &content);
    if (type == APPLICATION_DATA)
        length = 0; /* else it would be what the client says */
    expect(line, NOTHING);
    for (unsigned i = 0; i < count; i++) {
        peer_record(line, type, content, length);
        deliver(line);
    }
}

static void go_in_pieces(unsigned line, size_t piece)
{
    size_t length;
    peer_step(line);
    const uint8_t *data = peer_sent(line, &length);
    for (size_t sent = 0; sent < length; sent += piece)
        put(line, data + sent, length - sent < piece ? length - sent : piece);
}

static void app(unsigned line, struct input *input)
{
    switch ((enum app_does)(take(input) % (ABORTS + 1))) {
    case REFUSES:
        app_refuse(take(input) & 1);
        break;
    case PAUSES:
        app_pause(take(input) & 1);
        break;
    case READS:
        app_read_at_most(take_two(input));
        break;
    case STREAMS:
        app_stream(line, take_two(input));
        break;
    case WAITS:
        expect_of_all(NOTHING); /* for some it is too long */
        app_wait(line, take(input) * PASS_MS);
        break;
    case CLOSES:
        expect(line, NOTHING);
        app_close(line);
        break;
    case ABORTS:
        expect(line, NOTHING);
        app_abort(line);
        break;
    }
    poll();
}

static void fail(struct input *input, unsigned flags)
{
    expect_of_all(NOTHING);
    failing = true;
    if (flags & IS_LARGE)
        board_fail_draw(take(input));
    else
        memory_fail(take(input));
}

static void pass(struct input *input, unsigned flags)
{
    expect_of_all(NOTHING);
    board_pass(take(input) * (flags & IS_LARGE ? LONG_MS : PASS_MS));
    poll();
}

/* What happens to the connection and not to what it carries. */
static void change_line(unsigned line, enum operation what, struct input *input)
{
    if (what == ROOM) {
        lines[line].room = take_two(input);
        return;
    }
    expect(line, what == RESET ? NOTHING : CLIENTS);
    peer_stop(line);
    lines[line].finished |= what == FINISH;
    lines[line].reset |= what == RESET;
    poll();
}

static void execute(struct input *input)
{
    uint8_t byte = take(input);
    unsigned line = (byte >> 4 & 3) % LINES, flags = byte & (IS_LARGE | IS_OTHER);
    const uint8_t *bytes;
    size_t length;
    switch ((enum operation)(byte & 15)) {
    case BEGIN:
        begin(line, take(input));
        break;
    case GO:
        go(line);
        break;
    case STEP:
        step(line);
        break;
    case SPOIL:
        spoil(line, input);
        break;
    case RAW:
        expect(line, NOTHING);
        length = take_bytes(input, &bytes);
        put(line, bytes, length);
        break;
    case RECORD:
        put_record(line, input, flags);
        break;
    case OWN:
        put_own(line, input, flags);
        break;
    case DATA:
        peer_write(line, take_two(input));
        deliver(line);
        break;
    case CLOSE:
        expect(line, CLIENTS);
        peer_close(line);
        deliver(line);
        break;
    case FINISH:
    case RESET:
    case ROOM:
        change_line(line, byte & 15, input);
        break;
    case TIME:
        pass(input, flags);
        break;
    case FAIL:
        fail(input, flags);
        break;
    case APP:
        app(line, input);
        break;
    case PIECES:
        go_in_pieces(line, take(input) + 1u);
        break;
    }
}

/* --- the end ---------------------------------------------------------------------------- */

/* What came of a client that nobody spoilt. */
static void check(unsigned line)
{
    struct peer_progress peer;
    struct app_progress app;
    peer_progress(line, &peer);
    app_progress(line, &app);
    if (!lines[line].connected || !lines[line].accepted || expectations[line] == NOTHING)
        return;
    bool arrived = app.received == peer.written && (peer.shaken || expectations[line] == CLIENTS);
    bool answered = !peer.over && app.open && peer.read == app.sent;
    if (!arrived || (expectations[line] == ALL && !answered))
        fprintf(stderr,
                "line %u: client sent %zu and read %zu, app read %zu and sent %zu; client's last result: -0x%x\n", line,
                peer.written, peer.read, app.received, app.sent, -peer.result);
    require(arrived && (expectations[line] != ALL || answered));
}

/* Nothing hinders any more: what was not spoilt must get where it is to go. */
static void finish_what_was_begun(void)
{
    memory_fail(0);
    board_fail_draw(0);
    app_refuse(false);
    app_pause(false);
    for (unsigned line = 0; line < LINES; line++)
        lines[line].room = LINE_BYTES;
    poll();
    for (unsigned i = 0; i < 2 * LINES; i++) /* one client's end may be another one's turn */
        go(i % LINES);
    for (unsigned line = 0; line < LINES; line++)
        check(line);
}

/* Clients say nothing more, and some are gone. */
static void come_to_rest(void)
{
    for (unsigned line = 0; line < LINES; line++)
        app_abort(line);
    for (unsigned i = 0; i < REST_STEPS && sessions_used() > 0; i++) {
        uint32_t ms = tls.next_timeout_ms();
        require(ms != UINT32_MAX);
        board_pass(ms);
        poll();
        for (unsigned line = 0; line < LINES; line++)
            app_abort(line);
    }
    require(sessions_used() == 0 && tls.next_timeout_ms() == UINT32_MAX);
    for (unsigned line = 0; line < LINES; line++)
        require(!lines[line].accepted || lines[line].released);
    peer_end_all();
    memory_settle();
    if (memory_used() > used_at_rest || keys() != keys_at_rest)
        fprintf(stderr, "not given back: %zu bytes, %zu keys\n", memory_used() - used_at_rest, keys() - keys_at_rest);
    require(memory_used() <= used_at_rest && keys() == keys_at_rest); /* less: a key for tickets could not be made */
    board_pass(REST_MS);
}

static void run(const uint8_t *data, size_t size)
{
    struct input input = {data, data + size};
    board_begin();
    app_begin();
    memset(expectations, 0, sizeof expectations);
    failing = false;
    for (unsigned i = 0; i < OPERATIONS && input.at < input.end; i++)
        execute(&input);
    finish_what_was_begun();
    come_to_rest();
}

/* As of a device that nobody has told the time. */
static int64_t unknown_time(void)
{
    return -1;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const struct tls_settings settings = {.host = "hipflask",
                                          .address = "192.0.2.9",
                                          .not_before = 1,
                                          .credentials = device_credentials,
                                          .realtime = unknown_time,
                                          .accept = app_accept};
    (void)argc, (void)argv;
    board_begin();
    require(tls.start(&settings) == 0);
    used_at_rest = memory_used();
    keys_at_rest = keys();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run(data, size);
    return 0;
}
