#include "interpreter.h"

#include <Python.h>

#include <stdio.h>

enum {
    /* Levels of C recursion (repr of nested lists, C calling Python calling C …).
     * CPython allows 10000 and assumes megabytes of stack.  Measured: a level takes up to
     * 260 bytes of the main stack's 256 KiB, and the parser up to 125 KiB on top. */
    INTERPRETER_C_RECURSION = 400,
};

static const wchar_t *const search_path[] = {L"/rom/app", L"/rom/packages", L"/rom/lib"};

static PyStatus set_strings(PyConfig *config)
{
    struct {
        wchar_t **field;
        const wchar_t *value;
    } const strings[] = {
        {&config->program_name, L"python"},
        {&config->executable, L""},
        {&config->base_executable, L""},
        {&config->home, L"/rom"},
        {&config->prefix, L"/rom"},
        {&config->base_prefix, L"/rom"},
        {&config->exec_prefix, L"/rom"},
        {&config->base_exec_prefix, L"/rom"},
        {&config->platlibdir, L"lib"},
        {&config->stdlib_dir, L"/rom/lib"},
        {&config->stdio_encoding, L"utf-8"},
        {&config->stdio_errors, L"backslashreplace"},
        {&config->filesystem_encoding, L"utf-8"},
        {&config->filesystem_errors, L"surrogateescape"},
    };
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        PyStatus status = PyConfig_SetString(config, strings[i].field, strings[i].value);
        if (PyStatus_Exception(status))
            return status;
    }
    config->module_search_paths_set = 1;
    for (size_t i = 0; i < sizeof search_path / sizeof search_path[0]; i++) {
        PyStatus status = PyWideStringList_Append(&config->module_search_paths, search_path[i]);
        if (PyStatus_Exception(status))
            return status;
    }
    return PyStatus_Ok();
}

static PyStatus start(PyConfig *config)
{
    PyPreConfig preconfig;
    PyPreConfig_InitIsolatedConfig(&preconfig);
    preconfig.utf8_mode = 1;
    preconfig.configure_locale = 0;
    PyStatus status = Py_PreInitialize(&preconfig);
    if (PyStatus_Exception(status))
        return status;

    PyConfig_InitIsolatedConfig(config);
    config->site_import = 0;
    config->write_bytecode = 0;
    config->install_signal_handlers = 0;
    config->optimization_level = 2;
    config->code_debug_ranges = 0;
    config->parse_argv = 0;
    config->pathconfig_warnings = 0;
    status = set_strings(config);
    return PyStatus_Exception(status) ? status : Py_InitializeFromConfig(config);
}

int interpreter_start(void)
{
    PyConfig config;
    PyStatus status = start(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status)) {
        fprintf(stderr, "hipflask: CPython does not start: %s\n", status.err_msg ? status.err_msg : "unknown");
        return -1;
    }
    PyThreadState_Get()->c_recursion_remaining = INTERPRETER_C_RECURSION;
    return 0;
}
