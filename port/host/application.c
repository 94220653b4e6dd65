/* The app in its folder, and what the command line says of it. */
#include "application.h"

#include <stddef.h>
#include <time.h>

#include "bytecode.h"
#include "options.h"
#include "process.h"
#include "watch.h"

const struct application *application(void)
{
    static struct application app;
    app = (struct application){
        .name = options()->name,
        .entry = options()->entry,
        .deadline_ms = options()->deadline_ms,
        .memory_bytes = options()->memory_bytes,
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
    bytecode_forget(options()->app);
    return APPLICATION_RELOAD;
}
