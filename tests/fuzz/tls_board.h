/* The machine under fuzz_tls.c: a clock that the input moves, random numbers that are the same each time, and plain
 * connections without a network. */
#ifndef TLS_BOARD_H
#define TLS_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport.h"

enum { LINES = 3, LINE_BYTES = 1 << 17 };

/* What was sent and not read yet. */
struct way {
    uint8_t bytes[LINE_BYTES];
    size_t begin, end;
};

/* A plain connection. */
struct line {
    struct way up, down; /* from the client, and to it */
    size_t room;         /* bytes that the network takes from the device until they are read */
    bool connected;      /* the client believes so */
    bool accepted;       /* by the device */
    bool finished;       /* the client has closed its side */
    bool reset;          /* by the client */
    bool released;       /* by the device */
    uint8_t head[5];     /* of the record that the device is sending */
    size_t head_bytes;   /* of it so far */
    size_t record_bytes; /* of the record's content that are still to come */
};

extern struct line lines[LINES];

/* Everything as at the start, but for time, which stands still between inputs. */
void board_begin(void);

/* Lets time pass, milliseconds. */
void board_pass(uint32_t ms);

/* What is done until board_leave() is the device's doing: it may fail where a client must not. */
void board_enter(void);
void board_leave(void);
bool board_is_device(void);

/* The nth time from now on that the device draws a random number there is none; 0: always is. */
void board_fail_draw(unsigned nth);

/* Bytes of a client's.  Returns false when the line is full, which a window would prevent, and some are lost. */
bool line_put(struct line *line, const uint8_t *data, size_t length);

/* Bytes for the client, at most length; returns how many. */
size_t line_take(struct line *line, uint8_t *buf, size_t length);

/* The device's side of it; peer_port is its number. */
struct transport line_transport(struct line *line);

/* Ends the program with a crash, for the fuzzer to note, and says where, unless the condition holds. */
#define require(condition) board_require(condition, #condition, __FILE__, __LINE__)
void board_require(bool holds, const char *condition, const char *file, int line);

#endif
