/* The processor's own registers (ARMv7-M Architecture Reference Manual, B3). */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

struct registers_nvic {
    uint32_t iser[8], reserved0[24]; /* enable */
    uint32_t icer[8], reserved1[24]; /* disable */
    uint32_t ispr[8], reserved2[24]; /* set pending */
    uint32_t icpr[8], reserved3[24]; /* clear pending */
    uint32_t iabr[8], reserved4[56]; /* active */
    uint8_t ipr[240];                /* priority, the upper bits count */
};

struct registers_scb {
    uint32_t cpuid, icsr, vtor, aircr, scr, ccr;
    uint8_t shpr[12]; /* priorities of exceptions 4 to 15 */
    uint32_t shcsr, cfsr, hfsr, dfsr, mmfar, bfar, afsr, id[18], cpacr;
};

struct registers_mpu {
    uint32_t type, ctrl, rnr, rbar, rasr;
};

static volatile struct registers_nvic *const registers_nvic = (void *)0xE000E100u;
static volatile struct registers_scb *const registers_scb = (void *)0xE000ED00u;
static volatile struct registers_mpu *const registers_mpu = (void *)0xE000ED90u;

#endif
