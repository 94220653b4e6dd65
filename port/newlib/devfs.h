/* Devices: null, urandom (port_entropy) and console (port_console_*).
 *
 * The console writes "\n" as "\r\n" and reads "\r" as "\n".  Reading it blocks until
 * something was typed, in clock_wait(), so that EINTR is possible; with O_NONBLOCK
 * it gives EAGAIN instead. */
#ifndef DEVFS_H
#define DEVFS_H

#include "vfs.h"

extern const struct vfs_ops devfs_ops; /* its vfs_mount() takes no fs: NULL */

#endif
