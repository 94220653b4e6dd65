/* The few system calls that newlib's printf() and exit() need here. */
#include <errno.h>
#include <stddef.h>
#include <sys/stat.h>

#include "port.h"

extern char __heap0_start[], __heap0_end[]; /* from sections.ld */

/* newlib declares these nowhere for those who supply them. */
int _close(int fd);
int _fstat(int fd, struct stat *status);
int _getpid(void);
int _isatty(int fd);
int _kill(int process, int signal);
int _lseek(int fd, int offset, int whence);
int _read(int fd, char *buf, int len);
int _write(int fd, const char *buf, int len);
void *_sbrk(ptrdiff_t bytes);
void _exit(int status) __attribute__((noreturn));

int _close(int fd)
{
    (void)fd;
    return -1;
}

int _fstat(int fd, struct stat *status)
{
    (void)fd;
    status->st_mode = S_IFCHR;
    return 0;
}

int _getpid(void)
{
    return 1;
}

int _isatty(int fd)
{
    (void)fd;
    return 1;
}

int _kill(int process, int signal)
{
    (void)process, (void)signal;
    return -1;
}

int _lseek(int fd, int offset, int whence)
{
    (void)fd, (void)offset, (void)whence;
    return 0;
}

int _read(int fd, char *buf, int len)
{
    (void)fd, (void)buf, (void)len;
    return 0;
}

int _write(int fd, const char *buf, int len)
{
    (void)fd;
    return port_console_write(buf, (size_t)len);
}

void *_sbrk(ptrdiff_t bytes)
{
    static char *end = __heap0_start;
    if (bytes > __heap0_end - end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    end += bytes;
    return end - bytes;
}

void _exit(int status)
{
    (void)status;
    port_reset(PORT_RESET_REQUESTED);
}
