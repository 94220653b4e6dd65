/* The interpreter of a device: everything lies in the ROM file system. */
#include "interpreter_place.h"

enum {
    /* Levels of C recursion (repr of nested lists, C calling Python calling C …).
     * CPython allows 10000 and assumes megabytes of stack.  Measured: a level takes up to
     * 260 bytes of the main stack's 256 KiB, and the parser up to 125 KiB on top. */
    INTERPRETER_C_RECURSION = 400,
};

PyStatus interpreter_place(PyConfig *config)
{
    static const wchar_t *const search_path[] = {L"/rom/app", L"/rom/packages", L"/rom/lib"};
    /* The prefix holds Python and not the app: what lies below it is installed software to Flask. */
    const struct interpreter_string strings[] = {
        {&config->executable, L""},
        {&config->base_executable, L""},
        {&config->home, L"/rom/lib"},
        {&config->prefix, L"/rom/lib"},
        {&config->base_prefix, L"/rom/lib"},
        {&config->exec_prefix, L"/rom/lib"},
        {&config->base_exec_prefix, L"/rom/lib"},
        {&config->platlibdir, L"lib"},
        {&config->stdlib_dir, L"/rom/lib"},
    };
    config->site_import = 0;
    config->write_bytecode = 0;
    config->code_debug_ranges = 0;
    PyStatus status = interpreter_set_strings(config, strings, sizeof strings / sizeof strings[0]);
    if (PyStatus_Exception(status))
        return status;
    return interpreter_set_path(config, search_path, sizeof search_path / sizeof search_path[0]);
}

int interpreter_settle(void)
{
    PyThreadState_Get()->c_recursion_remaining = INTERPRETER_C_RECURSION;
    return PyImport_ImportFrozenModule("_later") < 0 ? -1 : 0; /* 0: an image without it */
}
