/* What the process waits for: descriptors of network, console, files and signals. */
#ifndef EVENTS_H
#define EVENTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    EVENTS_SOURCES = 8,       /* static */
    EVENTS_DESCRIPTORS = 256, /* of all sources together; further ones are not waited for */
};

/* One who has descriptors to wait for.  Static, the caller's. */
struct event_source {
    /* Before a wait: names descriptors with events_want(), may lower *timeout_ms. */
    void (*prepare)(uint32_t *timeout_ms);
    /* After it: looks with events_of() at what came. */
    void (*dispatch)(void);
};

/* Adds a source for good.  There is room for EVENTS_SOURCES of them: more are a mistake of
 * the program, which ends. */
void events_add(const struct event_source *source);

/* In prepare(): waits for poll()'s events of fd.  Returns its number, to be given to
 * events_of(), or -1 when there is no room. */
int events_want(int fd, short events);

/* In dispatch(): what came for a number of this round; 0 for -1. */
short events_of(int number);

/* Waits until something comes or max_ms milliseconds are over, and lets the sources act.
 * A signal ends it early. */
void events_wait(uint32_t max_ms);

#endif
