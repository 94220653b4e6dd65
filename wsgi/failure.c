#include "failure.h"

#include <Python.h>
#include <stdarg.h>
#include <string.h>

#include "deadline.h"

/* The pending exception, normalised and with its traceback in place; owned by the
 * caller.  (PyErr_GetRaisedException() is of 3.12.) */
static PyObject *take_exception(void)
{
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value != NULL && traceback != NULL) {
        PyException_SetTraceback(value, traceback);
    }
    Py_XDECREF(type);
    Py_XDECREF(traceback);
    return value;
}

static void put_back(PyObject *exception)
{
    PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_DECREF(exception);
}

void failure_print(void)
{
    PyObject *exception = take_exception();
    PyObject *hook = PySys_GetObject("excepthook"); /* borrowed */
    PyObject *traceback, *result = NULL;

    if (exception == NULL) {
        return;
    }
    traceback = PyException_GetTraceback(exception);
    deadline_enter_report();
    if (hook != NULL) {
        Py_INCREF(hook);
        result = PyObject_CallFunctionObjArgs(hook, (PyObject *)Py_TYPE(exception), exception,
                                              traceback != NULL ? traceback : Py_None, NULL);
        Py_DECREF(hook);
    }
    deadline_leave();
    if (result == NULL) {
        PyErr_Clear(); /* most likely no memory; there is nobody left to tell */
        failure_note("an exception could not be printed: %s", Py_TYPE(exception)->tp_name);
    }
    Py_XDECREF(result);
    Py_XDECREF(traceback);
    Py_DECREF(exception);
}

/* str(exception) as UTF-8 into text. */
static void describe_message(PyObject *exception, char *text, size_t size)
{
    PyObject *message = PyObject_Str(exception);
    PyObject *bytes = message == NULL ? NULL : PyUnicode_AsEncodedString(message, "utf-8", "replace");
    size_t length = bytes == NULL ? 0 : (size_t)PyBytes_GET_SIZE(bytes);

    if (length > 0 && size > 2) {
        memcpy(text, ": ", 2);
        length = length < size - 3 ? length : size - 3;
        memcpy(text + 2, PyBytes_AS_STRING(bytes), length);
        for (char *p = text + 2; p < text + 2 + length; p++) {
            if ((unsigned char)*p < ' ') {
                *p = ' ';
            }
        }
        text[2 + length] = '\0';
    }
    PyErr_Clear();
    Py_XDECREF(bytes);
    Py_XDECREF(message);
}

void failure_describe(char *text, size_t size)
{
    PyObject *exception = take_exception();
    size_t length;

    PyOS_snprintf(text, size, "%s", exception == NULL ? "no exception" : Py_TYPE(exception)->tp_name);
    if (exception == NULL) {
        return;
    }
    length = strlen(text);
    describe_message(exception, text + length, size - length);
    put_back(exception);
}

void failure_note(const char *format, ...)
{
    char text[200];
    va_list arguments;

    va_start(arguments, format);
    PyOS_vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    PySys_WriteStderr("hipflask: %s\n", text);
}
