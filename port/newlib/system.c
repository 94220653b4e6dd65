/* newlib's system calls that have nothing to do with files: time, entropy, and the
 * one process there is. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "port.h"
#include "vfs.h"

enum {
    SYSTEM_PID = 1,
    SYSTEM_PAGE_BYTES = 4096,   /* what malloc rounds to */
    SYSTEM_ENTROPY_BYTES = 256, /* what getentropy() gives at a time */
    SYSTEM_NS_PER_S = 1000000000,
    SYSTEM_NS_PER_US = 1000,
    SYSTEM_US_PER_S = 1000000,
};

int _getpid(void);
int _gettimeofday(struct timeval *now, void *zone);
int _kill(pid_t pid, int signal);
clock_t _times(struct tms *times);

static int fail(int error)
{
    errno = error;
    return -1;
}

/* ---- time ---- */

int _gettimeofday(struct timeval *now, void *zone)
{
    int64_t microseconds = clock_realtime_us();

    (void)zone;
    now->tv_sec = (time_t)(microseconds / SYSTEM_US_PER_S);
    now->tv_usec = (suseconds_t)(microseconds % SYSTEM_US_PER_S);
    return 0;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    uint64_t microseconds = port_micros();

    if (id == CLOCK_REALTIME) {
        *now = clock_realtime();
        return 0;
    }
    if (id != CLOCK_MONOTONIC) {
        return fail(EINVAL);
    }
    now->tv_sec = (time_t)(microseconds / SYSTEM_US_PER_S);
    now->tv_nsec = (long)(microseconds % SYSTEM_US_PER_S) * SYSTEM_NS_PER_US;
    return 0;
}

int clock_getres(clockid_t id, struct timespec *resolution)
{
    if (id != CLOCK_REALTIME && id != CLOCK_MONOTONIC) {
        return fail(EINVAL);
    }
    *resolution = (struct timespec){.tv_sec = 0, .tv_nsec = SYSTEM_NS_PER_US};
    return 0;
}

int clock_settime(clockid_t id, const struct timespec *now)
{
    if (id != CLOCK_REALTIME || now->tv_nsec < 0 || now->tv_nsec >= SYSTEM_NS_PER_S) {
        return fail(EINVAL);
    }
    clock_set_realtime((int64_t)now->tv_sec * SYSTEM_US_PER_S + now->tv_nsec / SYSTEM_NS_PER_US);
    return 0;
}

/* All time since reset is the one process's. */
clock_t _times(struct tms *times)
{
    clock_t ticks = (clock_t)(port_micros() / (SYSTEM_US_PER_S / CLOCKS_PER_SEC));

    *times = (struct tms){.tms_utime = ticks};
    return ticks;
}

static struct timespec timespec_of(uint64_t microseconds)
{
    return (struct timespec){
        .tv_sec = (time_t)(microseconds / SYSTEM_US_PER_S),
        .tv_nsec = (long)(microseconds % SYSTEM_US_PER_S) * SYSTEM_NS_PER_US,
    };
}

int nanosleep(const struct timespec *duration, struct timespec *left)
{
    uint64_t deadline, now;

    if (duration->tv_sec < 0 || duration->tv_nsec < 0 || duration->tv_nsec >= SYSTEM_NS_PER_S) {
        return fail(EINVAL);
    }
    deadline = port_micros() + (uint64_t)duration->tv_sec * SYSTEM_US_PER_S +
               ((uint64_t)duration->tv_nsec + SYSTEM_NS_PER_US - 1) / SYSTEM_NS_PER_US;
    if (clock_sleep_until(deadline) == 0) {
        return 0;
    }
    now = port_micros();
    if (left != NULL) {
        *left = timespec_of(deadline > now ? deadline - now : 0);
    }
    return fail(EINTR);
}

/* Without descriptors it is a sleep; nothing here has descriptors to wait for. */
int select(int count, fd_set *readers, fd_set *writers, fd_set *others, struct timeval *timeout)
{
    if (count != 0 || readers != NULL || writers != NULL || others != NULL || timeout == NULL) {
        return fail(EINVAL);
    }
    return nanosleep(&(struct timespec){.tv_sec = timeout->tv_sec, .tv_nsec = timeout->tv_usec * SYSTEM_NS_PER_US},
                     NULL);
}

int sched_yield(void)
{
    return 0;
}

/* ---- entropy ---- */

int getentropy(void *buf, size_t len)
{
    if (len > SYSTEM_ENTROPY_BYTES || port_entropy(buf, len) != 0) {
        return fail(EIO);
    }
    return 0;
}

/* ---- the process ---- */

int _getpid(void)
{
    return SYSTEM_PID;
}

/* abort() comes here by raise().  A signal nobody handles ends the process: a reset. */
int _kill(pid_t pid, int signal)
{
    if (pid != SYSTEM_PID && pid != 0) {
        return fail(ESRCH);
    }
    if (signal == 0) {
        return 0;
    }
    port_reset(PORT_RESET_PANIC);
}

void _exit(int status)
{
    port_reset(status == 0 ? PORT_RESET_REQUESTED : PORT_RESET_PANIC);
}

long sysconf(int name)
{
    switch (name) {
    case _SC_PAGESIZE:
        return SYSTEM_PAGE_BYTES;
    case _SC_OPEN_MAX:
        return VFS_FDS;
    case _SC_CLK_TCK:
        return CLOCKS_PER_SEC;
    case _SC_NPROCESSORS_CONF:
    case _SC_NPROCESSORS_ONLN:
        return 1;
    default:
        return fail(EINVAL);
    }
}

/* The limits are those of every file system here. */
long pathconf(const char *path, int name)
{
    (void)path;
    switch (name) {
    case _PC_NAME_MAX:
        return VFS_NAME_BYTES - 1;
    case _PC_PATH_MAX:
        return VFS_PATH_BYTES;
    case _PC_LINK_MAX:
        return 1;
    default:
        return fail(EINVAL);
    }
}

/* There is one user, who may do everything. */
uid_t getuid(void)
{
    return 0;
}

uid_t geteuid(void)
{
    return 0;
}

gid_t getgid(void)
{
    return 0;
}

gid_t getegid(void)
{
    return 0;
}
