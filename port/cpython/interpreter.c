#include "interpreter.h"

#include <Python.h>

#include <stdio.h>

#include "interpreter_place.h"

PyStatus interpreter_set_strings(PyConfig *config, const struct interpreter_string *strings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        PyStatus status = PyConfig_SetString(config, strings[i].field, strings[i].value);
        if (PyStatus_Exception(status))
            return status;
    }
    return PyStatus_Ok();
}

PyStatus interpreter_set_path(PyConfig *config, const wchar_t *const *directories, size_t count)
{
    config->module_search_paths_set = 1;
    for (size_t i = 0; i < count; i++) {
        PyStatus status = PyWideStringList_Append(&config->module_search_paths, directories[i]);
        if (PyStatus_Exception(status))
            return status;
    }
    return PyStatus_Ok();
}

static PyStatus set_text(PyConfig *config)
{
    const struct interpreter_string strings[] = {
        {&config->program_name, L"python"},
        {&config->stdio_encoding, L"utf-8"},
        {&config->stdio_errors, L"backslashreplace"},
        {&config->filesystem_encoding, L"utf-8"},
        {&config->filesystem_errors, L"surrogateescape"},
    };
    return interpreter_set_strings(config, strings, sizeof strings / sizeof strings[0]);
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
    config->install_signal_handlers = 0;
    config->optimization_level = 2;
    config->parse_argv = 0;
    config->pathconfig_warnings = 0;
    status = set_text(config);
    if (!PyStatus_Exception(status))
        status = interpreter_place(config);
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
    if (interpreter_settle() == 0)
        return 0;
    PyErr_Print();
    return -1;
}

void interpreter_stop(void)
{
    Py_FinalizeEx();
}
