/* The machine's own files; the app's are where --app says. */
#include "files.h"

#include <errno.h>
#include <unistd.h>

#include "options.h"
#include "watch.h"

/* Watched from before the app is loaded: a change while it loads counts. */
static int watch_application(void)
{
    const struct options *given = options();
    int result = watch_folder(given->app);
    for (unsigned i = 0; result == 0 && given->paths[i] != NULL; i++)
        result = watch_folder(given->paths[i]);
    return result;
}

int files_map(int fd, const void **data, size_t *len)
{
    (void)fd, (void)data, (void)len;
    return -ENODEV; /* a file of the machine may change while it is sent */
}

int files_init(void)
{
    if (chdir(options()->app) < 0)
        return -errno;
    return options()->reload && watch_application() < 0 ? -errno : 0;
}
