/* The trimmed CPython, built natively from the device's source and with its answers.  It sees
 * the modules that a device has; they come from the source trees, so that tracebacks show
 * their lines. */
#include <stdlib.h>

#include "bytecode.h"
#include "faults_python.h"
#include "interpreter_place.h"
#include "options.h"
#include "scrypt.h"

enum { INTERPRETER_C_RECURSION = 400 /* as on a device, see interpreter_rom.c */ };

#define WIDE(text) L##text
#define WIDEN(text) WIDE(text)

/* As on a device: the app, packages, the standard library; before that the port's own parts
 * of it. */
static PyStatus set_path(PyConfig *config)
{
    static const wchar_t *const shared[] = {WIDEN(HOST_PACKAGES), WIDEN(HOST_OVERLAY), WIDEN(HOST_LIB)};
    const struct options *given = options();
    PyStatus status = PyStatus_Ok();
    config->module_search_paths_set = 1;
    for (int i = -1; i < 0 || given->paths[i] != NULL; i++) {
        wchar_t *folder = Py_DecodeLocale(i < 0 ? given->app : given->paths[i], NULL);
        if (folder == NULL)
            return PyStatus_NoMemory();
        status = PyWideStringList_Append(&config->module_search_paths, folder);
        PyMem_RawFree(folder);
        if (PyStatus_Exception(status))
            return status;
    }
    return interpreter_set_path(config, shared, sizeof shared / sizeof shared[0]);
}

PyStatus interpreter_place(PyConfig *config)
{
    const struct interpreter_string strings[] = {
        {&config->executable, L""},
        {&config->base_executable, L""},
        {&config->home, WIDEN(HOST_LIB)},
        {&config->prefix, WIDEN(HOST_LIB)},
        {&config->base_prefix, WIDEN(HOST_LIB)},
        {&config->exec_prefix, WIDEN(HOST_LIB)},
        {&config->base_exec_prefix, WIDEN(HOST_LIB)},
        {&config->platlibdir, L"lib"},
        {&config->stdlib_dir, WIDEN(HOST_LIB)},
        {&config->pycache_prefix, bytecode_prefix()},
    };
    config->site_import = 0;
    config->optimization_level = options()->optimize;
    if (faults_add_module() < 0 || PyImport_AppendInittab("_scrypt", PyInit__scrypt) < 0)
        return PyStatus_NoMemory();
    config->buffered_stdio = 0; /* the console is a pipe, and somebody reads it */
    bytecode_forget_application();
    PyStatus status = interpreter_set_strings(config, strings, sizeof strings / sizeof strings[0]);
    return PyStatus_Exception(status) ? status : set_path(config);
}

/* sysconfig makes the name of a module of it (port/cpython/lib), and a device's compiler names none. */
static int forget_multiarch(void)
{
    PyObject *implementation = PySys_GetObject("implementation"); /* borrowed */

    if (implementation == NULL || PyObject_DelAttrString(implementation, "_multiarch") == 0)
        return 0;
    if (!PyErr_ExceptionMatches(PyExc_AttributeError))
        return -1;
    PyErr_Clear();
    return 0;
}

int interpreter_settle(void)
{
    PyObject *platform = PyUnicode_FromString("hipflask");
    int result = platform == NULL ? -1 : PySys_SetObject("platform", platform);
    Py_XDECREF(platform);
    if (result == 0)
        result = forget_multiarch();
    PyThreadState_Get()->c_recursion_remaining = INTERPRETER_C_RECURSION;
    return result;
}
