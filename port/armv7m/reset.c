#include "reset.h"

#include <stdint.h>

#include "machine.h"
#include "registers.h"

enum { RESET_MAGIC = 0x1EA4F1A5, RESET_REQUEST = 0x05FA0004 /* key and SYSRESETREQ */ };

/* Memory keeps its contents over a warm reset.  After power-on it holds anything;
 * hence the complement. */
static struct {
    uint32_t magic, reason, complement;
} record __attribute__((section(".noinit")));

static enum port_reset_reason last;

void reset_start(void)
{
    if (record.magic == RESET_MAGIC && record.complement == ~record.reason && record.reason <= PORT_RESET_PANIC)
        last = (enum port_reset_reason)record.reason;
    record.magic = 0; /* a reset from outside must not find the old reason */
}

enum port_reset_reason reset_reason(void)
{
    return last;
}

void reset_record(enum port_reset_reason reason)
{
    record.magic = RESET_MAGIC;
    record.reason = reason;
    record.complement = ~record.reason;
}

void reset_now(enum port_reset_reason reason)
{
    reset_record(reason);
    __asm__ volatile("dsb" ::: "memory");
    registers_scb->aircr = RESET_REQUEST;
    for (;;)
        __asm__ volatile("dsb" ::: "memory");
}
