#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "events.h"

enum {
    FOLDERS = 512,        /* watched at most, all together */
    PATH_BYTES = 1024,    /* of a watched folder; longer ones are left out */
    OPEN_FOLDERS = 16,    /* descriptors nftw() may use */
    BUFFER_BYTES = 16384, /* of inotify's events */
    CHANGES = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE,
};

/* inotify tells a folder by a number and a file by its name in it; new folders have to be
 * watched in turn, hence the paths. */
static struct {
    int number;
    char path[PATH_BYTES];
} folders[FOLDERS];
static unsigned folder_count;
static int notifier = -1;
static bool changed;
static int wanted = -1;

static void prepare(uint32_t *timeout_ms)
{
    (void)timeout_ms;
    wanted = events_want(notifier, POLLIN);
}

static void dispatch(void)
{
    /* Only wakes up: watch_changed() reads. */
}

static bool is_left_out(const char *name)
{
    return *name == '.' || strcmp(name, "__pycache__") == 0 || strcmp(name, "node_modules") == 0;
}

static void watch_one(const char *path)
{
    if (folder_count == FOLDERS || strlen(path) >= PATH_BYTES)
        return;
    int number = inotify_add_watch(notifier, path, CHANGES | IN_ONLYDIR);
    if (number < 0)
        return;
    folders[folder_count].number = number;
    strcpy(folders[folder_count].path, path);
    folder_count++;
}

static int visit(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    if (place->level > 0 && is_left_out(path + place->base))
        return FTW_SKIP_SUBTREE;
    if (kind == FTW_D)
        watch_one(path);
    return FTW_CONTINUE;
}

int watch_folder(const char *path)
{
    static const struct event_source source = {prepare, dispatch};
    if (notifier < 0) {
        notifier = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (notifier < 0)
            return -1;
        events_add(&source);
    }
    unsigned before = folder_count;
    nftw(path, visit, OPEN_FOLDERS, FTW_PHYS | FTW_ACTIONRETVAL);
    return folder_count > before ? 0 : -1;
}

static const char *folder_of(int number)
{
    for (unsigned i = 0; i < folder_count; i++)
        if (folders[i].number == number)
            return folders[i].path;
    return NULL;
}

/* An editor's scratch files and caches change nothing. */
static bool matters(const struct inotify_event *event)
{
    size_t length = event->len > 0 ? strlen(event->name) : 0;
    if (length == 0 || is_left_out(event->name) || event->name[length - 1] == '~')
        return (event->mask & IN_Q_OVERFLOW) != 0;
    if (event->mask & IN_ISDIR)
        return true;
    return (event->mask & IN_CREATE) == 0; /* an empty file: its IN_CLOSE_WRITE follows */
}

static void take(const struct inotify_event *event)
{
    char path[PATH_BYTES];
    if (!matters(event))
        return;
    changed = true;
    const char *folder = folder_of(event->wd);
    if ((event->mask & IN_ISDIR) && (event->mask & (IN_CREATE | IN_MOVED_TO)) && folder != NULL &&
        snprintf(path, sizeof path, "%s/%s", folder, event->name) < (int)sizeof path)
        nftw(path, visit, OPEN_FOLDERS, FTW_PHYS | FTW_ACTIONRETVAL);
}

bool watch_changed(void)
{
    char buffer[BUFFER_BYTES] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n;
    while ((n = read(notifier, buffer, sizeof buffer)) > 0)
        for (char *at = buffer; at < buffer + n;) {
            const struct inotify_event *event = (const struct inotify_event *)at;
            take(event);
            at += sizeof *event + event->len;
        }
    bool result = changed;
    changed = false;
    return result;
}
