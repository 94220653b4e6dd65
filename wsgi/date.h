/* The header field Date (RFC 9110 section 6.6.1). */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>

enum { DATE_LINE_BYTES = 38 /* "Date: Sun, 06 Nov 1994 08:49:37 GMT", CR LF and a final zero */ };

/* The clock: Unix time in seconds, below 0 when it is not known; may be NULL. */
void date_start(int64_t (*realtime)(void));

/* The whole line with its CR LF, terminated; "" when the time is not known.  Valid until
 * the next call. */
const char *date_line(void);

#endif
