/* The regions behind malloc.  The linker puts both into memory[], see CMakeLists.txt:
 * the first is 0..999, the second 5000..6999. */
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>

#include "heap.h"
#include "test.h"

char memory[8000];

void *_sbrk(ptrdiff_t increment);
struct mallinfo __wrap_mallinfo(void);

static struct mallinfo info;

struct mallinfo __wrap_mallinfo(void)
{
    return info;
}

#define NOTHING ((void *)-1)

static void memory_rises_through_the_first_region(void **state)
{
    (void)state;
    assert_int_equal(heap_total(), 3000);
    assert_ptr_equal(_sbrk(0), memory);
    assert_ptr_equal(_sbrk(100), memory);
    assert_ptr_equal(_sbrk(800), memory + 100);
    assert_ptr_equal(_sbrk(-300), memory + 900);
    assert_ptr_equal(_sbrk(0), memory + 600);
    assert_ptr_equal(_sbrk(-601), NOTHING);
    assert_int_equal(heap_high_water(), 900);
    info.uordblks = 550;
    assert_int_equal(heap_used(), 550);
}

static void what_does_not_fit_comes_from_the_second_region(void **state)
{
    (void)state;
    assert_ptr_equal(_sbrk(2001), NOTHING);
    assert_ptr_equal(_sbrk(0), memory + 600);
    assert_ptr_equal(_sbrk(401), memory + 5000);
    assert_ptr_equal(_sbrk(0), memory + 5401);
    assert_int_equal(heap_high_water(), 1001);
    info.uordblks = 550 + 4400 + 300; /* malloc thinks that 600..4999 is in use */
    assert_int_equal(heap_used(), 850);
}

static void after_that_only_the_second_region_changes(void **state)
{
    (void)state;
    assert_ptr_equal(_sbrk(-401), memory + 5401);
    assert_ptr_equal(_sbrk(-1), NOTHING);
    assert_ptr_equal(_sbrk(2000), memory + 5000);
    assert_ptr_equal(_sbrk(1), NOTHING);
    assert_ptr_equal(_sbrk(PTRDIFF_MAX), NOTHING);
    assert_ptr_equal(_sbrk(0), memory + 7000);
    assert_int_equal(heap_high_water(), 2600);
}

/* A limit counts from where the heap is, and leaves a reserve: a quarter of these small regions. */
static void a_limit_ends_growth(void **state)
{
    (void)state;
    assert_ptr_equal(_sbrk(-1900), memory + 7000);
    heap_limit(50);
    assert_ptr_equal(_sbrk(51), NOTHING);
    assert_ptr_equal(_sbrk(50), memory + 5100);
    assert_ptr_equal(_sbrk(1), NOTHING);
    assert_ptr_equal(_sbrk(-50), memory + 5150);
    heap_limit(SIZE_MAX - 1);
    assert_ptr_equal(_sbrk(3000 - 750 - 700 + 1), NOTHING);
    assert_ptr_equal(_sbrk(3000 - 750 - 700), memory + 5100);
    heap_limit(0);
    assert_ptr_equal(_sbrk(1), NOTHING);
    heap_limit(SIZE_MAX);
    assert_ptr_equal(_sbrk(300), memory + 6650);
    heap_limit(1000); /* within the reserve nothing can be had, and what is had stays */
    assert_ptr_equal(_sbrk(1), NOTHING);
    assert_ptr_equal(_sbrk(0), memory + 6950);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_rises_through_the_first_region),
        cmocka_unit_test(what_does_not_fit_comes_from_the_second_region),
        cmocka_unit_test(after_that_only_the_second_region_changes),
        cmocka_unit_test(a_limit_ends_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
