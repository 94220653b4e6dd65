/* The field Date: what it says, and when it says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "date.h"

static int64_t now;

static int64_t realtime(void)
{
    return now;
}

static void expect(int64_t seconds, const char *line)
{
    now = seconds;
    assert_string_equal(date_line(), line);
}

static void test_known_days(void **state)
{
    (void)state;
    date_start(realtime);
    expect(0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    expect(784111777, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"); /* RFC 9110 section 5.6.7 */
    expect(951782400, "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
    expect(4107542399, "Date: Sun, 28 Feb 2100 23:59:59 GMT\r\n");
    expect(4107542400, "Date: Mon, 01 Mar 2100 00:00:00 GMT\r\n");
}

/* Every day until 2100, as the C library has it. */
static void test_all_days(void **state)
{
    char line[64];

    (void)state;
    date_start(realtime);
    for (now = 43200; now < 4102444800; now += 86399) {
        time_t seconds = (time_t)now;

        strftime(line, sizeof line, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(&seconds));
        assert_string_equal(date_line(), line);
    }
}

/* RFC 9110 section 6.6.1: who has no clock sends no Date. */
static void test_no_clock(void **state)
{
    (void)state;
    date_start(NULL);
    expect(5, "");
    date_start(realtime);
    expect(-1, "");
    expect(0, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
    expect(-1, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_days),
        cmocka_unit_test(test_all_days),
        cmocka_unit_test(test_no_clock),
    };

    return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
