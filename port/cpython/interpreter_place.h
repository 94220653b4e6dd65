/* Where an interpreter finds its modules, and what its machine allows it.  One of
 * interpreter_rom.c and port/host's files is linked. */
#ifndef INTERPRETER_PLACE_H
#define INTERPRETER_PLACE_H

#include <Python.h>

#include <stddef.h>

/* Before the interpreter starts: sets paths, site, bytecode and tracebacks in config. */
PyStatus interpreter_place(PyConfig *config);

/* Right after it has started: limits of recursion, and what only a running interpreter can
 * be told.  Returns 0, or -1 with an exception set. */
int interpreter_settle(void);

/* For interpreter_place(): sets several of config's strings. */
struct interpreter_string {
    wchar_t **field; /* of config */
    const wchar_t *value;
};
PyStatus interpreter_set_strings(PyConfig *config, const struct interpreter_string *strings, size_t count);

/* For interpreter_place(): the module search path is these directories and no other. */
PyStatus interpreter_set_path(PyConfig *config, const wchar_t *const *directories, size_t count);

#endif
