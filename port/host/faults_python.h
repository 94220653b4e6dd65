/* The Python module `hostboard`. */
#ifndef FAULTS_PYTHON_H
#define FAULTS_PYTHON_H

/* Adds it to the built-in modules; before every start of the interpreter.  Returns 0, or -1
 * without memory. */
int faults_add_module(void);

/* A request begins: the allocations that are to fail are counted from now on. */
void faults_python_request(void);

#endif
