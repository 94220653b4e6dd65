/* port/mbedtls/arena.c: what it gives is zeroed, apart, and all there again when it is freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <string.h>

#include "arena.h"

enum { BYTES = 4096, BLOCKS = 40, ROUNDS = 20000 };

static _Alignas(16) uint8_t memory[2][BYTES];
static struct arena arenas[2];

static int setup(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        memset(memory[i], 0xa5, BYTES);
        arena_make(&arenas[i], memory[i], BYTES);
    }
    arena_enter(&arenas[0]);
    return 0;
}

static void assert_filled(const uint8_t *block, size_t size, uint8_t value)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(block[i], value);
}

static void test_memory_is_zeroed_and_wiped(void **state)
{
    (void)state;
    uint8_t *block = arena_calloc(10, 10);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % 16, 0);
    assert_filled(block, 100, 0);
    memset(block, 0x77, 100);
    arena_free(block);
    assert_null(memchr(memory[0], 0x77, BYTES));
    assert_int_equal(arenas[0].used, 0);
}

/* Only what is asked for: an overflow, too much, or no arena at all gives nothing. */
static void test_there_is_none(void **state)
{
    (void)state;
    assert_null(arena_calloc(BYTES, 1));
    assert_null(arena_calloc(SIZE_MAX, SIZE_MAX));
    assert_null(arena_calloc(SIZE_MAX / 2 + 2, 2));
    assert_null(arena_calloc(1, SIZE_MAX));
    assert_ptr_equal(arena_enter(NULL), &arenas[0]);
    assert_null(arena_calloc(1, 1));
    arena_free(NULL);
}

static void test_all_of_it_can_be_had_again(void **state)
{
    void *blocks[BYTES / 16];
    unsigned count = 0;
    (void)state;
    while ((blocks[count] = arena_calloc(1, 40)) != NULL)
        count++;
    assert_in_range(count, BYTES / 64 - 8, BYTES / 40);
    for (unsigned i = 0; i < count; i += 2)
        arena_free(blocks[i]);
    for (unsigned i = 1; i < count; i += 2)
        arena_free(blocks[i]);
    assert_int_equal(arenas[0].used, 0);
    assert_non_null(arena_calloc(1, BYTES - 2 * 16));
    assert_in_range(arenas[0].most, BYTES - 64, BYTES);
}

/* A block goes back to its own arena, whichever is entered. */
static void test_two_arenas(void **state)
{
    (void)state;
    void *first = arena_calloc(1, 100);
    arena_enter(&arenas[1]);
    void *second = arena_calloc(1, 100);
    assert_true((uint8_t *)first < memory[0] + BYTES && (uint8_t *)first >= memory[0]);
    assert_true((uint8_t *)second < memory[1] + BYTES && (uint8_t *)second >= memory[1]);
    arena_free(first);
    assert_int_equal(arenas[0].used, 0);
    assert_int_not_equal(arenas[1].used, 0);
    arena_free(second);
    assert_int_equal(arenas[1].used, 0);
}

/* Blocks of all sizes come and go in any order: none overlaps another, and none is lost. */
static void test_any_order(void **state)
{
    uint8_t *blocks[BLOCKS] = {0};
    size_t sizes[BLOCKS] = {0};
    (void)state;
    srand(1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned i = (unsigned)rand() % BLOCKS;
        if (blocks[i] != NULL) {
            assert_filled(blocks[i], sizes[i], (uint8_t)(i + 1));
            arena_free(blocks[i]);
            blocks[i] = NULL;
            continue;
        }
        sizes[i] = (size_t)rand() % 300;
        blocks[i] = arena_calloc(1, sizes[i]);
        if (blocks[i] != NULL) {
            assert_filled(blocks[i], sizes[i], 0);
            memset(blocks[i], (int)i + 1, sizes[i]);
        }
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        arena_free(blocks[i]);
    assert_int_equal(arenas[0].used, 0);
    assert_non_null(arena_calloc(1, BYTES - 2 * 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_memory_is_zeroed_and_wiped, setup),
        cmocka_unit_test_setup(test_there_is_none, setup),
        cmocka_unit_test_setup(test_all_of_it_can_be_had_again, setup),
        cmocka_unit_test_setup(test_two_arenas, setup),
        cmocka_unit_test_setup(test_any_order, setup),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
