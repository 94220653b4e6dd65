/* The 64-bit atomics that GCC calls out for: ARMv7-M has no doubleword exclusive
 * access and its toolchain no libatomic.  One processor, so masking is enough. */
#include <stdbool.h>
#include <stdint.h>

#include "irq.h"

/* The names are the compiler's own; under their plain spelling it would take
 * these definitions for its builtins and complain. */
uint64_t atomic_load(const volatile void *from, int order) __asm__("__atomic_load_8");
void atomic_store(volatile void *to, uint64_t value, int order) __asm__("__atomic_store_8");
uint64_t atomic_exchange(volatile void *at, uint64_t value, int order) __asm__("__atomic_exchange_8");
bool atomic_compare_exchange(volatile void *at, void *expected, uint64_t desired, bool weak, int success,
                             int failure) __asm__("__atomic_compare_exchange_8");
uint64_t atomic_fetch_add(volatile void *at, uint64_t value, int order) __asm__("__atomic_fetch_add_8");
uint64_t atomic_fetch_sub(volatile void *at, uint64_t value, int order) __asm__("__atomic_fetch_sub_8");
uint64_t atomic_fetch_and(volatile void *at, uint64_t value, int order) __asm__("__atomic_fetch_and_8");
uint64_t atomic_fetch_or(volatile void *at, uint64_t value, int order) __asm__("__atomic_fetch_or_8");
uint64_t atomic_fetch_xor(volatile void *at, uint64_t value, int order) __asm__("__atomic_fetch_xor_8");

uint64_t atomic_load(const volatile void *from, int order)
{
    (void)order;
    uint32_t state = irq_mask();
    uint64_t value = *(const volatile uint64_t *)from;
    irq_unmask(state);
    return value;
}

void atomic_store(volatile void *to, uint64_t value, int order)
{
    (void)order;
    uint32_t state = irq_mask();
    *(volatile uint64_t *)to = value;
    irq_unmask(state);
}

bool atomic_compare_exchange(volatile void *at, void *expected, uint64_t desired, bool weak, int success, int failure)
{
    (void)weak, (void)success, (void)failure;
    uint64_t *seen = expected;
    uint32_t state = irq_mask();
    uint64_t now = *(volatile uint64_t *)at;
    bool equal = now == *seen;
    if (equal)
        *(volatile uint64_t *)at = desired;
    irq_unmask(state);
    *seen = now;
    return equal;
}

/* name(at, value): replaces *at, seen as `old`, by `result`; returns the old value. */
#define ATOMIC_UPDATE(name, result)                                                                                    \
    uint64_t name(volatile void *at, uint64_t value, int order)                                                        \
    {                                                                                                                  \
        (void)order;                                                                                                   \
        uint32_t state = irq_mask();                                                                                   \
        uint64_t old = *(volatile uint64_t *)at;                                                                       \
        *(volatile uint64_t *)at = (result);                                                                           \
        irq_unmask(state);                                                                                             \
        return old;                                                                                                    \
    }

ATOMIC_UPDATE(atomic_exchange, value)
ATOMIC_UPDATE(atomic_fetch_add, old + value)
ATOMIC_UPDATE(atomic_fetch_sub, old - value)
ATOMIC_UPDATE(atomic_fetch_and, old &value)
ATOMIC_UPDATE(atomic_fetch_or, old | value)
ATOMIC_UPDATE(atomic_fetch_xor, old ^ value)
