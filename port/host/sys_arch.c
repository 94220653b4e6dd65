/* lwIP's lock: here nothing but the main thread touches a pbuf. */
#include "lwip/sys.h"

sys_prot_t sys_arch_protect(void)
{
    return 0;
}

void sys_arch_unprotect(sys_prot_t state)
{
    (void)state;
}
