/* Every vector of bodies.md, whole, cut at every byte and byte by byte, decoded in place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "body.h"
#include "parser.h"
#include "vectors.h"

/* A body as it is fed: the data so far lies at the front of bytes. */
struct feed {
    struct body body;
    char *bytes;
    size_t got, taken; /* bytes of data, and of the vector that belong to the body */
    int error;
};

static void feed(struct feed *feed, size_t n)
{
    size_t used = 0;
    int got = body_decode(&feed->body, feed->bytes + feed->got, feed->bytes + feed->taken, n, &used);

    if (got < 0) {
        feed->error = got;
        return;
    }
    assert_true((size_t)got <= used && used <= n);
    assert_true(used == n || body_is_over(&feed->body));
    feed->got += (size_t)got;
    feed->taken += used;
}

static void describe(char *text, size_t size, const struct feed *feed, size_t length)
{
    if (feed->error < 0) {
        snprintf(text, size, "status: %d\nbecause: %s\n", parser_status(feed->error), parser_explain(feed->error));
    } else if (!body_is_over(&feed->body)) {
        snprintf(text, size, "data: %.*s\nover: no\n", (int)feed->got, feed->bytes);
    } else if (feed->taken < length) {
        snprintf(text, size, "data: %.*s\nrest: %u\n", (int)feed->got, feed->bytes, (unsigned)(length - feed->taken));
    } else {
        snprintf(text, size, "data: %.*s\nover: yes\n", (int)feed->got, feed->bytes);
    }
}

/* Feeds `first` bytes, then step bytes each time. */
static void replay(const struct vector *vector, size_t first, size_t step)
{
    struct feed state = {.bytes = malloc(vector->length + 1)};
    size_t fed = 0, n = first;
    char got[VECTOR_EXPECT_BYTES];

    assert_non_null(state.bytes);
    memcpy(state.bytes, vector->bytes, vector->length);
    body_begin(&state.body, true, 0);
    while (state.error == 0 && !body_is_over(&state.body) && fed < vector->length) {
        n = n < vector->length - fed ? n : vector->length - fed;
        feed(&state, n);
        fed += n;
        n = step;
    }
    describe(got, sizeof got, &state, vector->length);
    if (strcmp(got, vector->expect) != 0) {
        fail_msg("'%s' (%u, then %u): expected\n%sgot:\n%s", vector->title, (unsigned)first, (unsigned)step,
                 vector->expect, got);
    }
    free(state.bytes);
}

static void check_vector(const struct vector *vector)
{
    replay(vector, vector->length, vector->length);
    replay(vector, 1, 1);
    for (size_t cut = 0; cut < vector->length; cut++) {
        replay(vector, cut, vector->length);
    }
}

static void test_vectors(void **state)
{
    (void)state;
    assert_true(vectors_each(VECTORS_FILE, check_vector) > 35);
}

static void test_known_length(void **state)
{
    char bytes[] = "abcde";
    struct body body;
    size_t used;

    (void)state;
    body_begin(&body, false, 4);
    assert_int_equal(body_left(&body), 4);
    assert_int_equal(body_decode(&body, bytes, bytes, 1, &used), 1);
    body_skip(&body, 1);
    assert_int_equal(body_plain(&body), 2);
    assert_int_equal(body_decode(&body, bytes + 2, bytes + 2, 3, &used), 2);
    assert_int_equal(used, 2);
    assert_true(body_is_over(&body));
    assert_int_equal(body_left(&body), 0);
    body_begin(&body, false, 0);
    assert_true(body_is_over(&body));
}

/* Data may be received past the decoder, in the middle of a chunk only. */
static void test_skipping(void **state)
{
    char bytes[] = "5\r\nabcde\r\n0\r\n\r\n";
    struct body body;
    size_t used;

    (void)state;
    body_begin(&body, true, 0);
    assert_int_equal(body_plain(&body), 0);
    assert_int_equal(body_left(&body), UINT64_MAX);
    assert_int_equal(body_decode(&body, bytes, bytes, 4, &used), 1);
    assert_int_equal(body_plain(&body), 4);
    body_skip(&body, 4);
    assert_int_equal(body_plain(&body), 0);
    assert_int_equal(body_decode(&body, bytes, bytes + 8, 7, &used), 0);
    assert_true(body_is_over(&body));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_known_length),
        cmocka_unit_test(test_skipping),
    };

    return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
