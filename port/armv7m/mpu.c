#include "mpu.h"

#include <stddef.h>
#include <stdint.h>

#include "registers.h"

/* PMSAv7 (ARMv7-M Architecture Reference Manual, B3.5): a region is a power of two
 * in size, aligned to it, in eight sub-regions which can be switched off one by
 * one.  Where regions overlap, the one with the higher number wins. */
enum {
    MPU_ENABLE = 1u << 0,
    MPU_DEFAULT_MAP = 1u << 2, /* the background for privileged code */
    MPU_RBAR_VALID = 1u << 4,
    MPU_SUBREGIONS = 8,

    MPU_NORMAL = 1u << 19 | 1u << 17 | 1u << 16, /* write-back, write-allocate */
    MPU_NO_ACCESS = 0u << 24,
    MPU_READ_WRITE = 3u << 24,
    MPU_READ_ONLY = 6u << 24,
    MPU_NO_EXECUTE = 1u << 28,
};

/* From sections.ld; their addresses are their values. */
extern const char __vectors_start[], __vectors_end[], __flash_start[], __flash_end[];
extern const char __ram_start[], __ram_end[], __psram_start[], __psram_end[];
extern const char __xrom_start[], __xrom_middle[], __xrom_end[], __stack_guard_start[], __stack_guard_end[];

static const struct {
    const char *start, *end;
    uint32_t attributes;
} regions[] = {
    {__flash_start, __flash_end, MPU_READ_ONLY | MPU_NORMAL},
    {__ram_start, __ram_end, MPU_READ_WRITE | MPU_NORMAL | MPU_NO_EXECUTE},
    {__psram_start, __psram_end, MPU_READ_WRITE | MPU_NORMAL | MPU_NO_EXECUTE},
    {__xrom_start, __xrom_middle, MPU_READ_ONLY | MPU_NORMAL | MPU_NO_EXECUTE},
    {__xrom_middle, __xrom_end, MPU_READ_ONLY | MPU_NORMAL | MPU_NO_EXECUTE}, /* what is smaller than a part of PSRAM's region */
    {__vectors_start, __vectors_end, MPU_NO_ACCESS | MPU_NO_EXECUTE},
    {__stack_guard_start, __stack_guard_end, MPU_NO_ACCESS | MPU_NO_EXECUTE},
};

/* Covers [start, end) with one region: the smallest aligned power of two around
 * it, less the sub-regions outside.  memory.ld's regions fit exactly; a range that
 * does not is covered to the next sub-region. */
static void cover(uint32_t number, uint32_t start, uint32_t end, uint32_t attributes)
{
    uint32_t log2 = 10;
    while (log2 < 32 && (start >> log2) != ((end - 1) >> log2))
        log2++;
    uint32_t base = log2 < 32 ? start >> log2 << log2 : 0;
    uint32_t part = (uint32_t)((UINT64_C(1) << log2) / MPU_SUBREGIONS);

    uint32_t off = 0;
    for (uint32_t i = 0; i < MPU_SUBREGIONS; i++)
        if (base + i * part + (part - 1) < start || base + i * part >= end)
            off |= 1u << i;
    registers_mpu->rbar = base | MPU_RBAR_VALID | number;
    registers_mpu->rasr = attributes | off << 8 | (log2 - 1) << 1 | MPU_ENABLE;
}

void mpu_start(void)
{
    uint32_t available = registers_mpu->type >> 8 & 0xFF;
    uint32_t number = 0;
    for (size_t i = 0; i < sizeof regions / sizeof regions[0] && number < available; i++)
        if (regions[i].start != regions[i].end) /* a board may have no XROM, no PSRAM */
            cover(number++, (uint32_t)regions[i].start, (uint32_t)regions[i].end, regions[i].attributes);
    registers_mpu->ctrl = MPU_ENABLE | MPU_DEFAULT_MAP;
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}
