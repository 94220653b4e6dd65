#include "machine.h"

const char *reset_reason_text(enum port_reset_reason reason)
{
    static const char *const texts[] = {
        [PORT_RESET_POWER_ON] = "power on", [PORT_RESET_REQUESTED] = "requested", [PORT_RESET_FAULT] = "fault",
        [PORT_RESET_WATCHDOG] = "watchdog", [PORT_RESET_PANIC] = "panic",
    };
    return texts[reason];
}
