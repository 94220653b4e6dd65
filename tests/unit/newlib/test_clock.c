#include <errno.h>

#include "clock.h"
#include "fake_port.h"
#include "test.h"

static int hook_calls;
static int hook_result;

static int hook(void)
{
    hook_calls++;
    return hook_result;
}

static int reset(void **state)
{
    (void)state;
    fake_port_clear();
    hook_calls = 0;
    hook_result = 0;
    clock_on_wait(hook);
    return 0;
}

static void real_time_runs_on_from_where_it_was_set(void **state)
{
    (void)state;
    fake_port_now_us = 5000;
    assert_int_equal(clock_realtime_us(), 5000);
    clock_assume_realtime(1600000000000000);
    assert_int_equal(clock_realtime().tv_sec, 1600000000);
    assert_int_equal(clock_known_time(), -1);
    clock_set_realtime(1700000000123456);
    fake_port_now_us += 1000000;
    assert_int_equal(clock_known_time(), 1700000001);
    assert_int_equal(clock_realtime_us(), 1700000001123456);
    assert_int_equal(clock_realtime().tv_sec, 1700000001);
    assert_int_equal(clock_realtime().tv_nsec, 123456000);
}

static void sleep_ends_no_sooner_than_asked(void **state)
{
    (void)state;
    assert_int_equal(clock_sleep_until(2500001), 0);
    assert_true(fake_port_now_us >= 2500001);
    assert_true(fake_port_now_us < 2502000);
}

static void a_long_sleep_calls_the_hook_every_second(void **state)
{
    (void)state;
    assert_int_equal(clock_sleep_until(10 * 1000000), 0);
    assert_int_equal(fake_port_longest_idle_ms, 1000);
    assert_int_equal(hook_calls, 10);
}

static void a_sleep_of_nothing_calls_the_hook_once_and_does_not_idle(void **state)
{
    (void)state;
    assert_int_equal(clock_sleep_until(0), 0);
    assert_int_equal(hook_calls, 1);
    assert_int_equal(fake_port_now_us, 0);
}

static void the_hook_ends_a_sleep(void **state)
{
    (void)state;
    hook_result = 1;
    assert_int_equal(clock_sleep_until(1000000), -EINTR);
    assert_int_equal(fake_port_now_us, 0);
}

static void without_a_hook_it_just_sleeps(void **state)
{
    (void)state;
    clock_on_wait(NULL);
    assert_int_equal(clock_sleep_until(3000), 0);
    assert_int_equal(fake_port_now_us, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(real_time_runs_on_from_where_it_was_set, reset),
        cmocka_unit_test_setup(sleep_ends_no_sooner_than_asked, reset),
        cmocka_unit_test_setup(a_long_sleep_calls_the_hook_every_second, reset),
        cmocka_unit_test_setup(a_sleep_of_nothing_calls_the_hook_once_and_does_not_idle, reset),
        cmocka_unit_test_setup(the_hook_ends_a_sleep, reset),
        cmocka_unit_test_setup(without_a_hook_it_just_sleeps, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
