/* Whether files below some folders have changed. */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>

/* Begins to watch a folder and those below it, but for hidden ones and caches.  May be
 * called for several.  Returns 0, or -1 with errno set (too many watches, no inotify). */
int watch_folder(const char *path);

/* Whether a file has been written, renamed or removed since the last call.  Never blocks;
 * true from the moment on that the writer's system call has returned. */
bool watch_changed(void);

#endif
