/* lwIP's lock: pbufs are also allocated in the Ethernet interrupt. */
#include "lwip/sys.h"

#include "irq.h"

sys_prot_t sys_arch_protect(void)
{
    return irq_mask();
}

void sys_arch_unprotect(sys_prot_t state)
{
    irq_unmask(state);
}
