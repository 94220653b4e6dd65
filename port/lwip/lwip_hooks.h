/* lwIP's hooks (its LWIP_HOOK_FILENAME). */
#ifndef LWIP_HOOKS_H
#define LWIP_HOOKS_H

#include "tcp_isn.h"
#include "tcp_reuse.h"

#define LWIP_HOOK_TCP_ISN tcp_isn
#define LWIP_HOOK_IP4_INPUT tcp_reuse_input

#endif
