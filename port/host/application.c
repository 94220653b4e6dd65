/* The app in its folder, and what the command line says of it. */
#include "application.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "options.h"
#include "process.h"
#include "tls.h"
#include "watch.h"

/* A file as text, until the process ends; NULL for no file. */
static char *read_text(const char *path)
{
    if (path == NULL)
        return NULL;
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t room = 0;
    if (file == NULL || getdelim(&text, &room, '\0', file) < 0)
        options_fail("%s cannot be read", path);
    fclose(file);
    return text;
}

static const struct tls_credentials *credentials(void)
{
    static struct tls_credentials read;
    if (options()->certificate == NULL && options()->client_ca == NULL)
        return NULL;
    read = (struct tls_credentials){read_text(options()->certificate), read_text(options()->key),
                                    read_text(options()->client_ca), !options()->client_wanted};
    return &read;
}

const struct application *application(void)
{
    static struct application app;
    if (app.name != NULL)
        return &app;
    app = (struct application){
        .name = options()->name,
        .entry = options()->entry,
        .deadline_ms = options()->deadline_ms,
        .memory_bytes = options()->memory_bytes,
        .https_only = options()->https_only,
        .tls = options()->https_address != NULL || options()->tap != NULL ? &tls : NULL,
        .credentials = credentials(),
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
