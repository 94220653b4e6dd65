/* The machine's own CPython, with its site and the packages installed there. */
#include "bytecode.h"
#include "faults_python.h"
#include "interpreter_place.h"
#include "options.h"

PyStatus interpreter_place(PyConfig *config)
{
    /* Where the installation is, is found out from the program's name. */
    const struct interpreter_string strings[] = {
        {&config->program_name, L"/usr/bin/python3"},
        {&config->pycache_prefix, bytecode_prefix()},
    };
    config->optimization_level = 0; /* as its packages expect it */
    if (faults_add_module() < 0)
        return PyStatus_NoMemory();
    config->buffered_stdio = 0;
    bytecode_forget(options()->app);
    return interpreter_set_strings(config, strings, sizeof strings / sizeof strings[0]);
}

/* The app, then the manifest's folders, then what is installed. */
int interpreter_settle(void)
{
    const struct options *given = options();
    PyObject *path = PySys_GetObject("path");
    for (int i = -1; i < 0 || given->paths[i] != NULL; i++) {
        PyObject *folder = PyUnicode_DecodeFSDefault(i < 0 ? given->app : given->paths[i]);
        int result = folder == NULL || path == NULL ? -1 : PyList_Insert(path, i + 1, folder);
        Py_XDECREF(folder);
        if (result < 0)
            return -1;
    }
    return 0;
}
