#include "fault.h"

#include <string.h>

#include "console.h"
#include "faults.h"
#include "machine.h"
#include "process.h"

static char note[FAULT_NOTE_BYTES];
static size_t note_len;

void fault_note(const char *text, size_t len)
{
    faults_request();
    note_len = len < sizeof note ? len : sizeof note;
    for (size_t i = 0; i < note_len; i++)
        note[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '.';
}

static void print(const char *text)
{
    console_write(text, strlen(text));
}

void fault_report(const char *why, enum port_reset_reason reason)
{
    print("\nhipflask: FAULT ");
    print(why);
    print("\n last request: ");
    console_write(note, note_len);
    print(note_len > 0 ? "\nhipflask: resetting\n" : "none\nhipflask: resetting\n");
    process_reset(reason);
}

void fault_panic(const char *why)
{
    fault_report(why, PORT_RESET_PANIC);
}
