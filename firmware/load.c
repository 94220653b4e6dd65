#include "load.h"

#include "port.h"

static uint64_t asleep_us;

void load_idle(uint32_t max_ms)
{
    uint64_t before = port_micros();
    port_idle(max_ms);
    asleep_us += port_micros() - before;
}

uint64_t load_awake_us(void)
{
    return port_micros() - asleep_us;
}
