#include "repl.h"

#include <Python.h>

#include <string.h>

#include "port.h"

enum {
    REPL_STATEMENT_BYTES = 2048, /* the longest statement, all its lines together */
    REPL_AHEAD_BYTES = 128,      /* typed while a statement runs; the console keeps the rest */
    CTRL_C = 3,
    CTRL_D = 4,
    BACKSPACE = 8,
    DELETE = 127,
};

static struct {
    char source[REPL_STATEMENT_BYTES]; /* a statement: its complete lines, then the one being typed */
    size_t length;
    size_t line; /* where the line being typed begins */
    char ahead[REPL_AHEAD_BYTES];
    size_t ahead_length;
    bool started; /* the prompt has been shown */
    bool running; /* a statement is being executed */
} repl;

static void say(const char *text)
{
    port_console_write(text, strlen(text));
}

static void prompt(void)
{
    say(repl.length > 0 ? "... " : ">>> ");
}

static void forget(void)
{
    repl.length = repl.line = 0;
}

static PyObject *compile_source(size_t length)
{
    PyCompilerFlags flags = {
        .cf_flags = PyCF_ALLOW_INCOMPLETE_INPUT | PyCF_DONT_IMPLY_DEDENT,
        .cf_feature_version = PY_MINOR_VERSION,
    };
    repl.source[length] = '\0';
    return Py_CompileStringExFlags(repl.source, "<console>", Py_single_input, &flags, -1);
}

/* Whether the exception that is set says that the source ends too early.  CPython tells it by
 * its message, and from 3.13 on by a private type as well.  Leaves it set. */
static bool is_incomplete(void)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *message = value != NULL ? PyObject_GetAttrString(value, "msg") : NULL;
    bool incomplete = message != NULL && PyUnicode_Check(message) &&
                      PyUnicode_CompareWithASCIIString(message, "incomplete input") == 0;
    Py_XDECREF(message);
    PyErr_Restore(type, value, traceback);
    return incomplete;
}

/* Compiles the statement.  NULL without an exception: it wants more lines.  As the standard
 * library's codeop does it: first without the last newline, so that a block is complete
 * with an empty line and not with its first; where that fails, a newline tells an error that
 * no further line mends from a statement that has only begun. */
static PyObject *compile_statement(void)
{
    PyObject *code = compile_source(repl.length - 1);
    if (code == NULL && PyErr_ExceptionMatches(PyExc_SyntaxError)) {
        PyErr_Clear();
        repl.source[repl.length - 1] = '\n';
        PyObject *longer = compile_source(repl.length);
        if (longer != NULL || is_incomplete())
            PyErr_Clear();
        Py_XDECREF(longer);
    }
    repl.source[repl.length - 1] = '\n';
    return code;
}

/* PyErr_Print() would end the firmware on SystemExit; the server goes on. */
static void print_exception(void)
{
    if (PyErr_ExceptionMatches(PyExc_SystemExit)) {
        PyErr_Clear();
        say("the server goes on; reset() of the module hipflask restarts the device\r\n");
    } else {
        PyErr_Print();
    }
}

static void execute(PyObject *code)
{
    PyObject *module = PyImport_AddModule("__main__"); /* borrowed: the interpreter's own */
    PyObject *names = module != NULL ? PyModule_GetDict(module) : NULL;
    repl.running = true;
    PyObject *result = names != NULL ? PyEval_EvalCode(code, names, names) : NULL;
    repl.running = false;
    if (result == NULL)
        print_exception();
    Py_XDECREF(result);
}

static void end_line(void)
{
    say("\r\n");
    if (!repl.started) {
        repl.started = true;
        say("Python " PY_VERSION " of hipflask; requests are served between two statements.\r\n");
        forget();
        prompt();
        return;
    }
    repl.source[repl.length++] = '\n'; /* there is always room: see type_character() */
    repl.line = repl.length;
    bool empty = repl.length == 1;
    PyObject *code = empty ? NULL : compile_statement();
    if (code != NULL || empty || PyErr_Occurred())
        forget();
    if (code != NULL)
        execute(code);
    else if (PyErr_Occurred())
        print_exception();
    Py_XDECREF(code);
    prompt();
}

static void type_character(char c)
{
    if (repl.length < REPL_STATEMENT_BYTES - 2) { /* room for a newline and the end */
        repl.source[repl.length++] = c;
        port_console_write(&c, 1);
    }
}

static void take(char c)
{
    if (c == '\r' || c == '\n') {
        end_line();
    } else if (c == CTRL_C || c == CTRL_D) {
        forget();
        say("\r\n");
        prompt();
    } else if (c == BACKSPACE || c == DELETE) {
        if (repl.length > repl.line) {
            repl.length--;
            say("\b \b");
        }
    } else if ((unsigned char)c >= ' ' || c == '\t') {
        type_character(c);
    }
}

/* The next character, typed ahead or now. */
static bool next_character(char *c)
{
    if (repl.ahead_length == 0)
        return port_console_read(c, 1) == 1;
    *c = repl.ahead[0];
    memmove(repl.ahead, repl.ahead + 1, --repl.ahead_length);
    return true;
}

bool repl_poll(void)
{
    char c;
    bool typed = false;
    while (next_character(&c)) {
        typed = true;
        take(c);
    }
    return typed;
}

int repl_check_interrupt(void)
{
    char c;
    while (repl.running && repl.ahead_length < REPL_AHEAD_BYTES && port_console_read(&c, 1) == 1) {
        if (c == CTRL_C) {
            repl.ahead_length = 0;
            PyErr_SetNone(PyExc_KeyboardInterrupt);
            return -1;
        }
        repl.ahead[repl.ahead_length++] = c;
    }
    return 0;
}
