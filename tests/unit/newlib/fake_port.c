#include "fake_port.h"

#include <string.h>

#include "port.h"

uint64_t fake_port_now_us;
uint32_t fake_port_longest_idle_ms;
int fake_port_entropy_result;
const char *fake_port_typed = "";
char fake_port_console[4096];

void fake_port_clear(void)
{
    fake_port_now_us = 0;
    fake_port_longest_idle_ms = 0;
    fake_port_entropy_result = 0;
    fake_port_typed = "";
    memset(fake_port_console, 0, sizeof fake_port_console);
}

uint64_t port_micros(void)
{
    return fake_port_now_us;
}

void port_idle(uint32_t max_ms)
{
    if (max_ms > fake_port_longest_idle_ms) {
        fake_port_longest_idle_ms = max_ms;
    }
    fake_port_now_us += (uint64_t)max_ms * 1000;
}

int port_entropy(void *buf, size_t len)
{
    memset(buf, 0xa5, len);
    return fake_port_entropy_result;
}

int port_console_write(const char *buf, size_t len)
{
    strncat(fake_port_console, buf, len);
    return (int)len;
}

int port_console_read(char *buf, size_t len)
{
    size_t count = strlen(fake_port_typed) < len ? strlen(fake_port_typed) : len;

    memcpy(buf, fake_port_typed, count);
    fake_port_typed += count;
    return (int)count;
}
