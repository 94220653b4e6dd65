/* The sanitizer catches the signals itself, says more than we could, and ends the process. */
#include "fault.h"

/* Called by the sanitizers' runtime library, if a program has them. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

void fault_catch(void)
{
}

/* What CPython allocates is left out of the report of leaks: it keeps immortal objects and
 * interned strings beyond Py_FinalizeEx(), thousands of blocks after every run.  Whether the
 * dispatcher leaks Python objects is seen in the heap instead, which tests find flat.  glib,
 * libslirp's, keeps its tables. */
const char *__lsan_default_suppressions(void)
{
    return "leak:_PyMem_RawMalloc\n"
           "leak:_PyMem_RawCalloc\n"
           "leak:_PyMem_RawRealloc\n"
           "leak:libglib-2.0\n";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
