/* The board of fuzz_frames.c: a clock that stands still unless moved, and a cable. */
#ifndef FRAMES_BOARD_H
#define FRAMES_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMES_BYTES = 1514 /* of a frame, without its CRC */ };

/* Lets time pass, milliseconds. */
void frames_board_pass(uint32_t ms);

/* A frame for the device, copied; taken at the next lwip_port_poll().  Lost when too many wait. */
void frames_board_receive(const uint8_t *frame, size_t len);

/* Called with each frame that the device sends; the other end of the cable. */
void frames_peer_take(const uint8_t *frame, size_t len);

/* Called while the device waits for somebody: what goes on meanwhile.  False: nothing any more, it waits in vain. */
bool frames_board_meanwhile(void);

#endif
