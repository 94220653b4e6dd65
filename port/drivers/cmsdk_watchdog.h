/* The watchdog of Arm's Cortex-M System Design Kit (DDI 0479, section 4.5).  It counts down
 * twice: the first end raises its interrupt (NMI on Arm's boards, so that a report can
 * be printed), the second resets the machine. */
#ifndef CMSDK_WATCHDOG_H
#define CMSDK_WATCHDOG_H

#include <stdint.h>

/* (Re)starts it: the interrupt comes after `ticks` of its clock, the reset after as
 * many again.  0 stops it. */
void cmsdk_watchdog_start(uintptr_t base, uint32_t ticks);

#endif
