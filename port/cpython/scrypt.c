#include "scrypt.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    WORDS = 16,             /* in what salsa20_8() mixes, 64 bytes */
    SPARSEST = 4096,        /* blocks of which at least one is remembered */
    BLOCKS_A_BREATH = 1024, /* 64-byte blocks mixed between two safe points */
};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are taken from bytes as they lie");

struct mixer {
    uint32_t *x, *y, *t;     /* blocks: mixed, half mixed, remembered */
    uint32_t *kept;          /* the blocks 0, stride, 2 * stride, ... of the n */
    size_t words;            /* of a block */
    uint64_t n, stride;      /* powers of 2 */
    unsigned since_a_breath; /* 64-byte blocks */
};

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *b ^= rotate(*a + *d, 7);
    *c ^= rotate(*b + *a, 9);
    *d ^= rotate(*c + *b, 13);
    *a ^= rotate(*d + *c, 18);
}

/* RFC 7914, section 3. */
static void salsa20_8(uint32_t block[WORDS])
{
    uint32_t z[WORDS];
    memcpy(z, block, sizeof z);
    for (int round = 0; round < 8; round += 2) {
        quarter_round(&z[0], &z[4], &z[8], &z[12]);
        quarter_round(&z[5], &z[9], &z[13], &z[1]);
        quarter_round(&z[10], &z[14], &z[2], &z[6]);
        quarter_round(&z[15], &z[3], &z[7], &z[11]);
        quarter_round(&z[0], &z[1], &z[2], &z[3]);
        quarter_round(&z[5], &z[6], &z[7], &z[4]);
        quarter_round(&z[10], &z[11], &z[8], &z[9]);
        quarter_round(&z[15], &z[12], &z[13], &z[14]);
    }
    for (int i = 0; i < WORDS; i++)
        block[i] += z[i];
}

static void exclusive_or(uint32_t *to, const uint32_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++)
        to[i] ^= from[i];
}

/* scryptBlockMix, RFC 7914, section 4.  Returns 0, or -1 with what a safe point raised. */
static int mix_block(struct mixer *mixer, uint32_t *block)
{
    size_t count = mixer->words / WORDS;
    uint32_t z[WORDS];
    memcpy(z, block + mixer->words - WORDS, sizeof z);
    for (size_t i = 0; i < count; i++) {
        exclusive_or(z, block + i * WORDS, WORDS);
        salsa20_8(z);
        memcpy(mixer->y + (i / 2 + (i % 2) * (count / 2)) * WORDS, z, sizeof z);
    }
    memcpy(block, mixer->y, mixer->words * sizeof *block);
    mixer->since_a_breath += (unsigned)count;
    if (mixer->since_a_breath < BLOCKS_A_BREATH)
        return 0;
    mixer->since_a_breath = 0;
    return PyErr_CheckSignals();
}

/* The index-th of the n blocks, in t: from the one before it that was kept. */
static int recall(struct mixer *mixer, uint64_t index)
{
    memcpy(mixer->t, mixer->kept + index / mixer->stride * mixer->words, mixer->words * sizeof *mixer->t);
    for (uint64_t i = 0; i < index % mixer->stride; i++)
        if (mix_block(mixer, mixer->t) < 0)
            return -1;
    return 0;
}

static int mix_all(struct mixer *mixer)
{
    for (uint64_t i = 0; i < mixer->n; i++) {
        if (i % mixer->stride == 0)
            memcpy(mixer->kept + i / mixer->stride * mixer->words, mixer->x, mixer->words * sizeof *mixer->x);
        if (mix_block(mixer, mixer->x) < 0)
            return -1;
    }
    for (uint64_t i = 0; i < mixer->n; i++) {
        const uint32_t *last = mixer->x + mixer->words - WORDS;
        uint64_t number = last[0] | (uint64_t)last[1] << 32;
        if (recall(mixer, number & (mixer->n - 1)) < 0)
            return -1;
        exclusive_or(mixer->x, mixer->t, mixer->words);
        if (mix_block(mixer, mixer->x) < 0)
            return -1;
    }
    return 0;
}

/* As many blocks as there is memory for.  Returns 0, or -1 with MemoryError. */
static int take_memory(struct mixer *mixer)
{
    size_t block = mixer->words * sizeof *mixer->x;
    mixer->x = PyMem_RawMalloc(3 * block);
    if (mixer->x == NULL)
        return PyErr_NoMemory(), -1;
    mixer->y = mixer->x + mixer->words;
    mixer->t = mixer->y + mixer->words;
    for (mixer->stride = 1; mixer->stride <= mixer->n && mixer->stride <= SPARSEST; mixer->stride *= 2) {
        uint64_t bytes = mixer->n / mixer->stride * block;
        mixer->kept = bytes <= PY_SSIZE_T_MAX ? PyMem_RawMalloc((size_t)bytes) : NULL;
        if (mixer->kept != NULL)
            return 0;
    }
    return PyErr_NoMemory(), -1;
}

static PyObject *mix(PyObject *module, PyObject *arguments)
{
    (void)module;
    Py_buffer block;
    unsigned long long n;
    if (!PyArg_ParseTuple(arguments, "y*K:mix", &block, &n))
        return NULL;
    struct mixer mixer = {.words = (size_t)block.len / sizeof(uint32_t), .n = n};
    PyObject *result = NULL;
    if (block.len == 0 || block.len % 128 != 0 || n < 2 || (n & (n - 1)) != 0) {
        PyErr_SetString(PyExc_ValueError, "block must be 128 * r bytes, and n a power of 2");
    } else if (take_memory(&mixer) == 0) {
        memcpy(mixer.x, block.buf, (size_t)block.len);
        if (mix_all(&mixer) == 0)
            result = PyBytes_FromStringAndSize((const char *)mixer.x, block.len);
    }
    PyMem_RawFree(mixer.kept);
    PyMem_RawFree(mixer.x);
    PyBuffer_Release(&block);
    return result;
}

static PyMethodDef methods[] = {
    {"mix", mix, METH_VARARGS, "mix(block, n): block mixed n times (RFC 7914, scryptROMix)."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "_scrypt", .m_doc = "The part of scrypt that takes time and memory.",
    .m_methods = methods,  .m_size = 0,
};

PyMODINIT_FUNC PyInit__scrypt(void)
{
    return PyModuleDef_Init(&definition);
}
