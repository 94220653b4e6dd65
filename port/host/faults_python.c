/* Failing allocations of Python's, and the module `hostboard` that asks for all faults. */
#include "faults_python.h"

#include <Python.h>

#include "faults.h"

static PyMemAllocatorEx real[3]; /* by domain */
static PyObjectArenaAllocator real_arena;
static bool hooked;
static unsigned armed_nth, armed_count; /* for the next request */
static unsigned nth, count;             /* of the present one; nth 0: nothing fails */

static bool fails(void)
{
    if (nth == 0)
        return false;
    if (nth > 1) {
        nth--;
        return false;
    }
    if (--count == 0)
        nth = 0;
    return true;
}

static void *fail_malloc(void *context, size_t size)
{
    const PyMemAllocatorEx *to = context;
    return fails() ? NULL : to->malloc(to->ctx, size);
}

static void *fail_calloc(void *context, size_t count_of, size_t size)
{
    const PyMemAllocatorEx *to = context;
    return fails() ? NULL : to->calloc(to->ctx, count_of, size);
}

static void *fail_realloc(void *context, void *block, size_t size)
{
    const PyMemAllocatorEx *to = context;
    return fails() ? NULL : to->realloc(to->ctx, block, size);
}

static void pass_free(void *context, void *block)
{
    const PyMemAllocatorEx *to = context;
    to->free(to->ctx, block);
}

/* The stack of Python's frames grows in arenas. */
static void *fail_arena(void *context, size_t size)
{
    const PyObjectArenaAllocator *to = context;
    return fails() ? NULL : to->alloc(to->ctx, size);
}

static void pass_arena_free(void *context, void *arena, size_t size)
{
    const PyObjectArenaAllocator *to = context;
    to->free(to->ctx, arena, size);
}

static void hook_arenas(void)
{
    PyObjectArenaAllocator ours = {&real_arena, fail_arena, pass_arena_free};
    PyObject_GetArenaAllocator(&real_arena);
    PyObject_SetArenaAllocator(&ours);
}

static void hook(void)
{
    static const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
    for (unsigned i = 0; !hooked && i < 3; i++) {
        PyMemAllocatorEx ours = {&real[i], fail_malloc, fail_calloc, fail_realloc, pass_free};
        PyMem_GetAllocator(domains[i], &real[i]);
        PyMem_SetAllocator(domains[i], &ours);
    }
    if (!hooked)
        hook_arenas();
    hooked = true;
}

void faults_fail_python(unsigned first, unsigned how_many)
{
    hook();
    armed_nth = how_many > 0 ? first : 0;
    armed_count = how_many;
}

void faults_python_request(void)
{
    nth = armed_nth;
    count = armed_count;
    armed_nth = 0;
}

static PyObject *module_fail_pools(PyObject *Py_UNUSED(self), PyObject *args)
{
    unsigned first, how_many = 1;
    if (!PyArg_ParseTuple(args, "I|I", &first, &how_many))
        return NULL;
    faults_fail_pools(first, how_many);
    Py_RETURN_NONE;
}

static PyObject *module_fail_python(PyObject *Py_UNUSED(self), PyObject *args)
{
    unsigned first, how_many = 1;
    if (!PyArg_ParseTuple(args, "I|I", &first, &how_many))
        return NULL;
    faults_fail_python(first, how_many);
    Py_RETURN_NONE;
}

static PyObject *module_pending(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyLong_FromUnsignedLong(nth);
}

static PyObject *module_frames(PyObject *Py_UNUSED(self), PyObject *args, PyObject *named)
{
    static char *names[] = {"seed", "drop", "duplicate", "reorder", "delay", "cut", NULL};
    struct faults_frames frames = {.seed = 1};
    if (!PyArg_ParseTupleAndKeywords(args, named, "|IIIIII", names, &frames.seed, &frames.drop, &frames.duplicate,
                                     &frames.reorder, &frames.delay, &frames.cut))
        return NULL;
    faults_set_frames(&frames);
    Py_RETURN_NONE;
}

static PyObject *module_fail_entropy(PyObject *Py_UNUSED(self), PyObject *fail)
{
    int truth = PyObject_IsTrue(fail);
    if (truth < 0)
        return NULL;
    faults_fail_entropy(truth);
    Py_RETURN_NONE;
}

static PyObject *module_jump(PyObject *Py_UNUSED(self), PyObject *args, PyObject *named)
{
    static char *names[] = {"real_ms", "monotonic_ms", NULL};
    long long real_ms = 0;
    unsigned monotonic_ms = 0;
    if (!PyArg_ParseTupleAndKeywords(args, named, "|LI", names, &real_ms, &monotonic_ms))
        return NULL;
    faults_jump(real_ms, monotonic_ms);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"frames", (PyCFunction)(void (*)(void))module_frames, METH_VARARGS | METH_KEYWORDS,
     "frames(seed=1, drop=0, duplicate=0, reorder=0, delay=0, cut=0): percent of the frames of both directions"},
    {"fail_pools", module_fail_pools, METH_VARARGS, "fail_pools(nth, count=1): allocations of lwIP's that fail"},
    {"fail_python", module_fail_python, METH_VARARGS,
     "fail_python(nth, count=1): allocations of Python's that fail, counted from the next request on"},
    {"pending", module_pending, METH_NOARGS, "pending() -> allocations of Python's left until one fails; 0: none will"},
    {"fail_entropy", module_fail_entropy, METH_O, "fail_entropy(flag): whether there is no randomness"},
    {"jump", (PyCFunction)(void (*)(void))module_jump, METH_VARARGS | METH_KEYWORDS,
     "jump(real_ms=0, monotonic_ms=0): moves the clocks; the monotonic one forward only"},
    {0},
};

/* clang-format off */
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "hostboard",
    .m_doc = "What only the host board has: faults on purpose.",
    .m_methods = methods,
};
/* clang-format on */

static PyObject *init(void)
{
    return PyModuleDef_Init(&definition);
}

int faults_add_module(void)
{
    return PyImport_AppendInittab("hostboard", init);
}
