#include "fault.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "machine.h"
#include "port.h"
#include "registers.h"
#include "reset.h"

/* Bits of the Configurable Fault Status Register and the HardFault one (B3.2.15). */
enum {
    CFSR_IACCVIOL = 1u << 0,
    CFSR_DACCVIOL = 1u << 1,
    CFSR_MSTKERR = 1u << 4,
    CFSR_MMARVALID = 1u << 7,
    CFSR_IBUSERR = 1u << 8,
    CFSR_PRECISERR = 1u << 9,
    CFSR_IMPRECISERR = 1u << 10,
    CFSR_STKERR = 1u << 12,
    CFSR_BFARVALID = 1u << 15,
    CFSR_UNDEFINSTR = 1u << 16,
    CFSR_INVSTATE = 1u << 17,
    CFSR_INVPC = 1u << 18,
    CFSR_NOCP = 1u << 19,
    CFSR_UNALIGNED = 1u << 24,
    CFSR_DIVBYZERO = 1u << 25,
    HFSR_VECTTBL = 1u << 1,
    SHCSR_FAULTS = 7u << 16, /* usage, bus, memory enabled */
    CCR_DIV_0_TRP = 1u << 4,
    EXCEPTION_NMI = 2,
    EXCEPTION_HARD = 3,
    EXCEPTION_USAGE = 6,
    EXC_RETURN_PROCESS_STACK = 1u << 2,
    EXC_RETURN_NO_FLOAT = 1u << 4,
    XPSR_ALIGNED = 1u << 9,
    FLOAT_FRAME_BYTES = 72,
    TRACE_MOST = 12,   /* return addresses to show */
    TRACE_WORDS = 512, /* stack words to look through for them */
};

/* What the processor pushes itself, if the stack allows. */
struct frame {
    uint32_t r[4], r12, lr, pc, xpsr;
};

/* As fault_entry() stores it. */
struct fault_context {
    uint32_t r[12];
    uint32_t main_stack;
    uint32_t exc_return;
};

/* Memory bounds from sections.ld. */
extern const char __ram_start[], __ram_end[], __flash_start[], __text_end[], __vectors_end[];
extern const char __stack_guard_start[], __stack_guard_end[], __stack_end[];

static char note[FAULT_NOTE_BYTES];
static size_t note_len;
static bool reporting;

void fault_start(void)
{
    reset_start();
    registers_scb->shcsr |= SHCSR_FAULTS;
    registers_scb->ccr |= CCR_DIV_0_TRP;
}

void fault_note(const char *text, size_t len)
{
    note_len = len < sizeof note ? len : sizeof note;
    for (size_t i = 0; i < note_len; i++)
        note[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '.';
}

static void print(const char *text)
{
    port_console_write(text, strlen(text));
}

static void print_hex(uint32_t value)
{
    char digits[] = "0x00000000";
    for (size_t i = sizeof digits - 2; i > 1; i--, value >>= 4)
        digits[i] = "0123456789abcdef"[value & 15];
    print(digits);
}

static void print_word(const char *name, uint32_t value)
{
    print(" ");
    print(name);
    print("=");
    print_hex(value);
}

static bool between(uint32_t address, const char *start, const char *end)
{
    return address >= (uint32_t)start && address < (uint32_t)end;
}

static const char *memory_reason(uint32_t cfsr, uint32_t pc)
{
    uint32_t address = registers_scb->mmfar;
    bool known = cfsr & CFSR_MMARVALID;
    if ((known && between(address, __stack_guard_start, __stack_guard_end)) || cfsr & CFSR_MSTKERR)
        return "stack overflow (guard hit)";
    if (cfsr & CFSR_IACCVIOL)
        return pc < (uint32_t)__vectors_end ? "call of a null function pointer" : "jump to memory that is not code";
    if (known && address < (uint32_t)__vectors_end)
        return "null pointer access";
    return "access to protected memory";
}

static const char *usage_reason(uint32_t cfsr)
{
    if (cfsr & CFSR_DIVBYZERO)
        return "division by zero";
    if (cfsr & CFSR_UNALIGNED)
        return "unaligned access";
    if (cfsr & CFSR_NOCP)
        return "coprocessor not available";
    if (cfsr & CFSR_INVSTATE)
        return "jump to an even address";
    if (cfsr & CFSR_INVPC)
        return "damaged exception frame";
    return "undefined instruction";
}

static const char *reason(uint32_t exception, uint32_t pc)
{
    uint32_t cfsr = registers_scb->cfsr;
    if (exception == EXCEPTION_NMI)
        return "watchdog: the main thread did not come back in time";
    if (exception > EXCEPTION_USAGE)
        return "unexpected exception";
    if (cfsr & 0xFF)
        return memory_reason(cfsr, pc);
    if (cfsr & (CFSR_IBUSERR | CFSR_PRECISERR | CFSR_STKERR | CFSR_IMPRECISERR))
        return cfsr & CFSR_IBUSERR ? "jump to no memory" : "access to no memory";
    if (cfsr >> 16)
        return usage_reason(cfsr);
    return registers_scb->hfsr & HFSR_VECTTBL ? "vector table unreadable" : "hard fault";
}

/* The words above sp that can be return addresses: odd, in code, and after a call. */
static void print_trace(uint32_t sp)
{
    unsigned shown = 0;
    print("\n maybe called from");
    for (unsigned i = 0; i < TRACE_WORDS && shown < TRACE_MOST; i++, sp += 4) {
        if (sp & 3 || !between(sp, __ram_start, __ram_end) || sp == (uint32_t)__stack_end)
            break;
        uint32_t word = *(const uint32_t *)sp;
        if (!(word & 1) || !between(word, __vectors_end + 4, __text_end))
            continue;
        const uint16_t *before = (const uint16_t *)((word & ~1u) - 4);
        bool call = (before[0] & 0xF800) == 0xF000 && (before[1] & 0xD000) == 0xD000;
        if (!call && (before[1] & 0xFF87) != 0x4780) /* bl label, blx register */
            continue;
        print(" ");
        print_hex(word & ~1u);
        shown++;
    }
}

/* What the processor pushed when the fault came, NULL if it could not. */
static const struct frame *frame_of(const struct fault_context *context)
{
    uint32_t sp = context->main_stack;
    if (context->exc_return & EXC_RETURN_PROCESS_STACK)
        __asm__("mrs %0, psp" : "=r"(sp));
    bool lost = registers_scb->cfsr & (CFSR_MSTKERR | CFSR_STKERR);
    return lost || sp & 3 || !between(sp, __ram_start, __ram_end) ? NULL : (const struct frame *)sp;
}

/* Above the frame lie the floating-point registers, if they were in use, and a word
 * that aligns it. */
static uint32_t sp_before(const struct fault_context *context, const struct frame *frame)
{
    uint32_t sp = (uint32_t)(frame + 1);
    if (!(context->exc_return & EXC_RETURN_NO_FLOAT))
        sp += FLOAT_FRAME_BYTES;
    return frame->xpsr & XPSR_ALIGNED ? sp + 4 : sp;
}

static void print_registers(const struct fault_context *context, const struct frame *frame)
{
    static const char *const names[] = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"};
    print("\n");
    for (unsigned i = 0; i < 12; i++) {
        print_word(names[i], context->r[i]);
        if (i % 6 == 5)
            print("\n");
    }
    if (frame == NULL) {
        print(" r12, sp, lr, pc and xpsr are lost: there was no stack to save them on");
        print_trace((uint32_t)__stack_guard_end);
    } else {
        uint32_t sp = sp_before(context, frame);
        print_word("r12", frame->r12);
        print_word("sp", sp);
        print_word("lr", frame->lr);
        print_word("pc", frame->pc);
        print_word("xpsr", frame->xpsr);
        print_trace(sp);
    }
}

static void print_status(void)
{
    uint32_t cfsr = registers_scb->cfsr;
    print("\n");
    print_word("cfsr", cfsr);
    print_word("hfsr", registers_scb->hfsr);
    if (cfsr & CFSR_MMARVALID)
        print_word("mmfar", registers_scb->mmfar);
    if (cfsr & CFSR_BFARVALID)
        print_word("bfar", registers_scb->bfar);
}

static void begin(const char *why)
{
    print("\nhipflask: FAULT ");
    print(why);
}

static void end(void)
{
    print("\n last request: ");
    port_console_write(note, note_len);
    print(note_len ? "" : "none");
    print("\n started by: ");
    print(reset_reason_text(reset_reason()));
    print("\nhipflask: resetting\n");
}

/* C part of fault_entry(), on the fault stack. */
static void __attribute__((noreturn, used)) report(const struct fault_context *context)
{
    uint32_t exception = registers_scb->icsr & 0x1FF;
    enum port_reset_reason cause = exception == EXCEPTION_NMI ? PORT_RESET_WATCHDOG : PORT_RESET_FAULT;
    reset_record(cause);
    if (!reporting) { /* a fault in the report itself only resets */
        reporting = true;
        const struct frame *frame = frame_of(context);
        begin(reason(exception, frame != NULL ? frame->pc : UINT32_MAX));
        print_registers(context, frame);
        print_status();
        end();
    }
    port_reset(cause);
}

void fault_panic(const char *why)
{
    __asm__ volatile("cpsid i" ::: "memory");
    if (!reporting) {
        reporting = true;
        begin(why);
        end();
    }
    port_reset(PORT_RESET_PANIC);
}

/* The stack in use may be what is broken, so nothing is pushed before the stack
 * pointer has been moved to memory of its own.  The original r12 is in the
 * processor's frame. */
void __attribute__((naked)) fault_entry(void)
{
    __asm__ volatile("mov r12, sp\n\t"
                     "ldr sp, =__fault_stack_end\n\t"
                     "push {r0-r12, lr}\n\t"
                     "mov r0, sp\n\t"
                     "b %c0\n\t" ::"i"(report));
}
