/* Included before every source of CPython in the cross build: what newlib's
 * headers lack or get wrong for a machine with one thread and no locale. */
#ifndef BAREMETAL_H
#define BAREMETAL_H

/* One thread: without this GCC calls its emulated thread-local storage. */
#define _Thread_local
#define thread_local

/* newlib hides the POSIX clocks unless it was itself built for them. */
#define _POSIX_TIMERS 1
#define _POSIX_MONOTONIC_CLOCK 200112L

/* newlib's mbstowcs(NULL, ...) stops at 255 bytes, which truncates strerror(). */
#define _Py_FORCE_UTF8_LOCALE 1

#include <limits.h>

/* newlib's <limits.h> has no SSIZE_MAX. */
#define SSIZE_MAX INT_MAX

/* Levels of the parser.  Measured: up to 50 bytes of stack each, of 256 KiB; another
 * part is INTERPRETER_C_RECURSION's, in interpreter.c.  130 nested parentheses fit. */
#define HIPFLASK_PARSER_STACK 2500

/* The interpreter is started once and never ended: a reset ends it. */
#define HIPFLASK_STARTS_ONCE 1

/* inittab.c, which is generated for each image, says whether unicodedata has the characters' names. */
#define HIPFLASK_CHOOSES_CHARACTER_NAMES 1

/* Entries of caches, each a power of two.  Upstream's 4096 methods by type and name, 4096 functions
 * by version and 300 pending calls are 86 KB of RAM, and as much flash; docs/performance.md has
 * what less of them costs. */
#define HIPFLASK_TYPE_CACHE_BITS 10
#define HIPFLASK_FUNCTION_CACHE_SIZE 512
#define HIPFLASK_PENDING_CALLS 32

/* POSIX's names for what newlib has under names of its own. */
#define timezone _timezone
#define daylight _daylight

#endif
