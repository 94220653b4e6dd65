/* The Python module _scrypt: the part of scrypt that takes time and memory, scryptROMix (RFC 7914, section 5). */
#ifndef SCRYPT_H
#define SCRYPT_H

#include <Python.h>

/* Makes the module: mix(block, n) returns block mixed n times, as bytes.  block is 128 * r bytes, n a power of 2.  It takes
 * 128 * r * n bytes while it runs; where they are not to be had it remembers only every second, fourth, ... of the n
 * blocks and computes those between again.  ValueError for a block or an n that is none, MemoryError when not even a
 * 4096th is to be had; safe points are passed throughout. */
PyMODINIT_FUNC PyInit__scrypt(void);

#endif
