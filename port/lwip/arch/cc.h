/* What lwIP wants to know about compiler and machine. */
#ifndef ARCH_CC_H
#define ARCH_CC_H

#include <stdint.h>

/* State of the interrupt mask; see sys_arch_protect() of the machine. */
typedef uint32_t sys_prot_t;

/* From lwip_port.c.  The first never fails, the second never returns. */
uint32_t lwip_port_random(void);
void lwip_port_assert(const char *message);

#define LWIP_PLATFORM_DIAG(message)
#define LWIP_PLATFORM_ASSERT(message) lwip_port_assert(message)

#endif
