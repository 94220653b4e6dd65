#include "faults.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "faults_python.h"
#include "lwip/mem.h"
#include "lwip/memp.h"
#include "options.h"
#include "timer.h"

enum { NS_PER_MS = 1000000, MS_PER_S = 1000 };

static unsigned pools_nth, pools_count; /* allocations until the first failure, and how many fail */
static bool entropy_fails;
static int64_t real_offset_ms;
static int64_t pending_real_ms; /* jumps from the next request on */
static uint32_t pending_monotonic_ms;

/* --- allocations of lwIP: the linker leads its calls here --------------------------- */

void *__real_memp_malloc(memp_t type);
void *__wrap_memp_malloc(memp_t type);
void *__real_mem_malloc(mem_size_t size);
void *__wrap_mem_malloc(mem_size_t size);

static bool pool_is_empty(void)
{
    if (pools_nth == 0)
        return false;
    if (pools_nth > 1) {
        pools_nth--;
        return false;
    }
    if (--pools_count == 0)
        pools_nth = 0;
    return true;
}

/* Timers are left out: their pool is as large as there are timers (lwipopts.h), and lwIP
 * takes an empty one for a mistake of the program. */
void *__wrap_memp_malloc(memp_t type)
{
    return type != MEMP_SYS_TIMEOUT && pool_is_empty() ? NULL : __real_memp_malloc(type);
}

void *__wrap_mem_malloc(mem_size_t size)
{
    return pool_is_empty() ? NULL : __real_mem_malloc(size);
}

void faults_fail_pools(unsigned nth, unsigned count)
{
    pools_nth = count > 0 ? nth : 0;
    pools_count = count;
}

/* --- entropy ------------------------------------------------------------------------ */

ssize_t __real_getrandom(void *buf, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags);

ssize_t __wrap_getrandom(void *buf, size_t len, unsigned flags)
{
    if (!entropy_fails)
        return __real_getrandom(buf, len, flags);
    errno = EIO;
    return -1;
}

void faults_fail_entropy(bool fail)
{
    entropy_fails = fail;
}

/* --- clocks ------------------------------------------------------------------------- */

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = __real_clock_gettime(clock, now);
    if (clock != CLOCK_REALTIME || real_offset_ms == 0 || result < 0)
        return result;
    int64_t ms = (int64_t)now->tv_sec * MS_PER_S + now->tv_nsec / NS_PER_MS + real_offset_ms;
    now->tv_nsec = now->tv_nsec % NS_PER_MS + (long)(ms % MS_PER_S) * NS_PER_MS;
    now->tv_sec = (time_t)(ms / MS_PER_S);
    return result;
}

/* glibc's asks the kernel by itself. */
time_t __wrap_time(time_t *result);

time_t __wrap_time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result != NULL)
        *result = now.tv_sec;
    return now.tv_sec;
}

void faults_jump(int64_t real_ms, uint32_t monotonic_ms)
{
    pending_real_ms += real_ms;
    pending_monotonic_ms += monotonic_ms;
}

void faults_request(void)
{
    real_offset_ms += pending_real_ms;
    timer_jump(pending_monotonic_ms);
    pending_real_ms = 0;
    pending_monotonic_ms = 0;
    faults_python_request();
}

/* --- the command line --------------------------------------------------------------- */

static void set_entropy(unsigned value)
{
    faults_fail_entropy(value != 0);
}

static void take(char *item, struct faults_frames *frames)
{
    const struct {
        const char *name;
        unsigned *percent;
    } known[] = {
        {"drop", &frames->drop},       {"duplicate", &frames->duplicate},
        {"reorder", &frames->reorder}, {"delay", &frames->delay},
        {"cut", &frames->cut},
    };
    char *value = strchr(item, '=');
    char *end = value;
    unsigned long number = value != NULL ? strtoul(value + 1, &end, 10) : 0;
    if (value == NULL || end == value + 1 || *end != '\0')
        options_fail("--faults: '%s' is not NAME=NUMBER", item);
    *value = '\0';
    if (strcmp(item, "seed") == 0) {
        frames->seed = (uint32_t)number;
        return;
    }
    if (strcmp(item, "entropy") == 0) {
        set_entropy((unsigned)number);
        return;
    }
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(item, known[i].name) == 0 && number <= 100) {
            *known[i].percent = (unsigned)number;
            return;
        }
    }
    options_fail("--faults: there is no %s=%lu; there are seed, entropy, and drop, duplicate, reorder, delay, cut in "
                 "percent",
                 item, number);
}

void faults_start(const char *list)
{
    struct faults_frames frames = {.seed = 1};
    if (list == NULL)
        return;
    char *copy = strdup(list); /* the arguments stay as they are */
    char *rest = copy;
    for (char *item; copy != NULL && (item = strsep(&rest, ",")) != NULL;)
        take(item, &frames);
    free(copy);
    if (frames.drop + frames.duplicate + frames.reorder + frames.delay + frames.cut > 100)
        options_fail("--faults: the percentages are more than 100 together");
    faults_set_frames(&frames);
}
