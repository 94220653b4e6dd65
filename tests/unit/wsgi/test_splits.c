/* However the network cuts it, a stream of bytes is the same requests: every vector of
 * requests.md and of bodies.md, and thousands made of them by chance, give the same
 * answers whole, byte by byte and in random pieces.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"

enum {
    MUTANTS = 12,        /* of each vector */
    BYTES_MAX = 20000,   /* of a stream */
    ANSWER_MAX = 100000, /* bytes of its answers */
};

static const char follower[] = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
static const char chunked_head[] = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

static char stream[BYTES_MAX + 1];
static size_t stream_length;
static struct memory_transport *client;
static unsigned streams;
static uint32_t chance = 1;

static uint32_t random_below(uint32_t limit)
{
    chance = chance * 1664525u + 1013904223u;
    return (chance >> 8) % limit;
}

static void append(const char *bytes, size_t length)
{
    assert_true(stream_length + length <= BYTES_MAX);
    memcpy(stream + stream_length, bytes, length);
    stream_length += length;
    stream[stream_length] = '\0';
}

/* Sends the stream in pieces of at most `most` bytes, and the end of the client's side. */
static void replay(size_t most)
{
    size_t sent = 0;

    client = client == NULL ? harness_connect() : harness_connect_again(client);
    while (sent < stream_length && client->closed + client->aborted == 0) {
        size_t n = most == 1 ? 1 : 1 + random_below((uint32_t)most);

        n = n < stream_length - sent ? n : stream_length - sent;
        memory_transport_send(client, stream + sent, n);
        sent += n;
        harness_run();
    }
    client->fin = true;
    harness_run();
    assert_int_equal(client->closed + client->aborted, 1);
}

static void check_stream(const char *title)
{
    static char whole[ANSWER_MAX];

    if (strstr(stream, "100-") != NULL || strstr(stream, "100\t") != NULL) {
        return; /* whether 100 Continue is said depends on what has arrived */
    }
    replay(stream_length * 1000);
    assert_true(client->out_length < ANSWER_MAX);
    strcpy(whole, client->out);
    for (unsigned i = 0; i < 2; i++) {
        replay(i == 0 ? 1 : 40);
        if (strcmp(whole, client->out) != 0) {
            fail_msg("'%s', %s: whole\n%.500s\nin pieces\n%.500s", title, stream, whole, client->out);
        }
    }
    harness_do("cases.reset()");
    streams++;
}

/* One byte or two less, more or other than they were. */
static void mutate(void)
{
    static const char bytes[] = "\r\n\t\0 :;,0123456789abcdefFx\"\x80\x7f/?%*[]@-+";

    for (unsigned i = 0; i <= random_below(2); i++) {
        size_t at = stream_length > 0 ? random_below((uint32_t)stream_length) : 0;
        char byte = bytes[random_below(sizeof bytes)];

        switch (random_below(3)) {
        case 0:
            stream[at] = byte;
            break;
        case 1:
            memmove(stream + at, stream + at + 1, stream_length - at);
            stream_length -= stream_length > 0;
            break;
        default:
            memmove(stream + at + 1, stream + at, stream_length - at);
            stream[at] = byte;
            stream_length++;
        }
        stream[stream_length] = '\0';
    }
}

static void check(const char *head, const struct vector *vector)
{
    for (unsigned i = 0; i <= (vector->length < 2000 ? MUTANTS : 0); i++) {
        stream_length = 0;
        append(head, strlen(head));
        append(vector->bytes, vector->length);
        if (i > 0) {
            mutate();
        }
        append(follower, sizeof follower - 1);
        check_stream(vector->title);
    }
}

static void check_request(const struct vector *vector)
{
    check("", vector);
}

static void check_body(const struct vector *vector)
{
    check(chunked_head, vector);
}

static void test_requests(void **state)
{
    (void)state;
    harness_app("tells");
    client = NULL;
    vectors_each(VECTORS_DIR "/requests.md", check_request);
    assert_true(streams > 1000);
}

static void test_bodies(void **state)
{
    (void)state;
    harness_app("tells");
    client = NULL;
    streams = 0;
    vectors_each(VECTORS_DIR "/bodies.md", check_body);
    assert_true(streams > 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        harness_test(test_requests),
        harness_test(test_bodies),
    };

    return cmocka_run_group_tests_name("splits", tests, harness_group_setup, harness_group_teardown);
}
