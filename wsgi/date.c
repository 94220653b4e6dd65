#include "date.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, DAYS_400_YEARS = 146097 };

static int64_t (*clock_s)(void);
static int64_t written_s; /* the second that `line` says */
static char line[DATE_LINE_BYTES];

void date_start(int64_t (*realtime)(void))
{
    clock_s = realtime;
    written_s = -1;
}

struct day {
    int year, month, day; /* month from 0 */
};

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The Gregorian day that is so many days after 1970-01-01. */
static struct day day_of(int64_t days)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct day day = {1970 + (int)(days / DAYS_400_YEARS) * 400, 0, 0};
    int left = (int)(days % DAYS_400_YEARS);

    while (left >= 365 + is_leap(day.year)) {
        left -= 365 + is_leap(day.year++);
    }
    while (left >= lengths[day.month] + (day.month == 1 && is_leap(day.year))) {
        left -= lengths[day.month] + (day.month == 1 && is_leap(day.year));
        day.month++;
    }
    day.day = left + 1;
    return day;
}

static void write_line(int64_t now)
{
    static const char names[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct day day = day_of(now / DAY_S);
    int seconds = (int)(now % DAY_S);

    snprintf(line, sizeof line, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT\r\n", names + now / DAY_S % 7 * 3,
             (uint8_t)day.day % 100, months + day.month * 3, (uint16_t)day.year % 10000,
             (uint8_t)(seconds / 3600) % 100, (uint8_t)(seconds / 60 % 60) % 100, (uint8_t)(seconds % 60) % 100);
}

const char *date_line(void)
{
    int64_t now = clock_s == NULL ? -1 : clock_s();

    if (now < 0) {
        return "";
    }
    if (now != written_s) {
        write_line(now);
        written_s = now;
    }
    return line;
}
