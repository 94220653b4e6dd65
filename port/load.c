#include "load.h"

#include "port.h"

static uint64_t asleep_us;
static uint32_t sleeps;

void load_idle(uint32_t max_ms)
{
    uint64_t before = port_micros();
    port_idle(max_ms);
    asleep_us += port_micros() - before;
    sleeps++;
}

uint64_t load_awake_us(void)
{
    return port_micros() - asleep_us;
}

uint32_t load_sleeps(void)
{
    return sleeps;
}
