#include "stack.h"

#include <stdint.h>

#include "machine.h"

enum {
    STACK_PATTERN = 0x5AFE57AC,
    STACK_AT_ONCE = 4, /* words: a start takes the time to paint and to look; the stack is a multiple of them */
};

extern uint32_t __stack_start[], __stack_end[]; /* from sections.ld */

void stack_paint(void)
{
    for (volatile uint32_t *word = __stack_start; word < __stack_end; word += STACK_AT_ONCE) {
        word[0] = STACK_PATTERN;
        word[1] = STACK_PATTERN;
        word[2] = STACK_PATTERN;
        word[3] = STACK_PATTERN;
    }
}

char *stack_top(void)
{
    return (char *)__stack_end;
}

char *stack_bottom(void)
{
    return (char *)__stack_start;
}

size_t stack_high_water(void)
{
    const uint32_t *word = __stack_start;
    while (word < __stack_end && ((word[0] ^ STACK_PATTERN) | (word[1] ^ STACK_PATTERN) | (word[2] ^ STACK_PATTERN) |
                                  (word[3] ^ STACK_PATTERN)) == 0)
        word += STACK_AT_ONCE;
    while (word < __stack_end && *word == STACK_PATTERN)
        word++;
    return (size_t)((const char *)__stack_end - (const char *)word);
}
