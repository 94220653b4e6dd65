/* The app in its folder, and what the command line says of it. */
#include "application.h"

#include <stddef.h>
#include <time.h>

#include "options.h"
#include "process.h"
#include "tls.h"
#include "watch.h"

const struct application *application(void)
{
    static struct application app;
    app = (struct application){
        .name = options()->name,
        .entry = options()->entry,
        .deadline_ms = options()->deadline_ms,
        .memory_bytes = options()->memory_bytes,
        .https_only = options()->https_only,
        .tls = options()->https_address != NULL || options()->tap != NULL ? &tls : NULL,
        .built_at = time(NULL),
    };
    return &app;
}

enum application_order application_order(void)
{
    if (process_is_ending())
        return APPLICATION_STOP;
    if (!options()->reload || !watch_changed())
        return APPLICATION_SERVE;
    return APPLICATION_RELOAD;
}
