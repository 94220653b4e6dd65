/* newlib hides the declarations of POSIX clocks unless it was itself built for a
 * system that has them.  port/newlib has them. */
#ifndef NEWLIB_PORT_SYS_FEATURES_H
#define NEWLIB_PORT_SYS_FEATURES_H

#include_next <sys/features.h>

#if __POSIX_VISIBLE >= 199309
#undef _POSIX_TIMERS
#define _POSIX_TIMERS 1
#undef _POSIX_MONOTONIC_CLOCK
#define _POSIX_MONOTONIC_CLOCK 200112L
#endif

#endif
