/* How full lwIP's pools are; lwip_port.h has the interface. */
#include <stdbool.h>

#include "lwip/memp.h"
#include "lwip/opt.h"
#include "lwip/stats.h"
#include "lwip_port.h"
#include "tcp_transport.h"

/* lwIP's own list of its pools, once more for their names. */
static const char *const names[] = {
#define LWIP_MEMPOOL(name, num, size, description) #name,
#include "lwip/priv/memp_std.h"
};

static struct lwip_port_pool from(const char *name, const struct stats_mem *stats)
{
    return (struct lwip_port_pool){name, stats->used, stats->avail, stats->max, stats->err};
}

bool lwip_port_pool(unsigned index, struct lwip_port_pool *pool)
{
    if (index < MEMP_MAX)
        *pool = from(names[index], lwip_stats.memp[index]);
    else if (index == MEMP_MAX)
        *pool = from("MEM", &lwip_stats.mem);
    else if (index == MEMP_MAX + 1)
        *pool = (struct lwip_port_pool){"TCP_SLOTS", tcp_transport_used(), TCP_TRANSPORT_SLOTS, 0, 0};
    else if (index == MEMP_MAX + 2)
        *pool = (struct lwip_port_pool){"TCP_WAITING", tcp_transport_waiting(), TCP_TRANSPORT_WAITING, 0, 0};
    else
        return false;
    return true;
}
