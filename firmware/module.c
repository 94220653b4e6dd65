/* The module `hipflask`: what an app can ask of the device it runs on. */
#include <Python.h>

#include "application.h"
#include "ethernet.h"
#include "heap.h"
#include "load.h"
#include "lwip_port.h"
#include "machine.h"
#include "pool.h"
#include "port.h"
#include "server.h"
#include "tls.h"

static PyObject *module_heap(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return Py_BuildValue("{s:n,s:n,s:n}", "used", (Py_ssize_t)heap_used(), "total", (Py_ssize_t)heap_total(),
                         "high_water", (Py_ssize_t)heap_high_water());
}

static PyObject *module_stack(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return Py_BuildValue("{s:n,s:n}", "size", (Py_ssize_t)(stack_top() - stack_bottom()), "high_water",
                         (Py_ssize_t)stack_high_water());
}

static PyObject *module_network(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    const struct ethernet_counters *counters = lwip_port_counters();
    return Py_BuildValue("{s:z,s:I,s:I,s:I,s:I}", "address", lwip_port_address(), "rx_frames",
                         (unsigned)counters->rx_frames, "tx_frames", (unsigned)counters->tx_frames, "rx_errors",
                         (unsigned)counters->rx_errors, "rx_dropped", (unsigned)counters->rx_dropped);
}

static int add_pool(PyObject *pools, const char *name, unsigned used, unsigned size, unsigned most, unsigned failed)
{
    PyObject *pool = Py_BuildValue("{s:I,s:I,s:I,s:I}", "used", used, "size", size, "most", most, "failed", failed);
    int result = pool == NULL ? -1 : PyDict_SetItemString(pools, name, pool);
    Py_XDECREF(pool);
    return result;
}

static int add_tls(PyObject *pools)
{
    struct tls_use use;
    if (application()->tls == NULL)
        return 0;
    application()->tls->use(&use);
    if (add_pool(pools, "TLS_SESSIONS", use.used, use.size, use.most, use.refused) < 0)
        return -1;
    return add_pool(pools, "TLS_SESSION_BYTES", use.arena_used, use.arena_size, use.arena_most, 0);
}

static PyObject *module_pools(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    struct lwip_port_pool pool;
    PyObject *pools = PyDict_New();
    int result = pools == NULL ? -1 : add_pool(pools, "CONNECTIONS", wsgi_server_connections(), POOL_CONNECTIONS, 0, 0);
    for (unsigned i = 0; result == 0 && lwip_port_pool(i, &pool); i++)
        result = add_pool(pools, pool.name, pool.used, pool.size, pool.most, pool.failed);
    if (result == 0)
        result = add_tls(pools);
    if (result < 0)
        Py_CLEAR(pools);
    return pools;
}

static PyObject *module_uptime(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyFloat_FromDouble((double)port_micros() / 1e6);
}

static PyObject *module_awake(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyFloat_FromDouble((double)load_awake_us() / 1e6);
}

static PyObject *module_sleeps(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyLong_FromUnsignedLong(load_sleeps());
}

static PyObject *module_reset_reason(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyUnicode_FromString(reset_reason_text(reset_reason()));
}

static PyObject *module_reset(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    port_reset(PORT_RESET_REQUESTED);
}

static PyObject *module_fault(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args))
{
    return PyLong_FromLong(*(volatile int *)NULL);
}

static PyMethodDef methods[] = {
    {"heap", module_heap, METH_NOARGS, "heap() -> {'used', 'total', 'high_water'}, in bytes"},
    {"stack", module_stack, METH_NOARGS, "stack() -> {'size', 'high_water'} of the main stack, in bytes"},
    {"network", module_network, METH_NOARGS, "network() -> the interface's address and counters"},
    {"pools", module_pools, METH_NOARGS,
     "pools() -> {name: {'used', 'size', 'most', 'failed'}} of lwIP's pools, the connections and TLS"},
    {"uptime", module_uptime, METH_NOARGS, "uptime() -> seconds since the reset"},
    {"awake", module_awake, METH_NOARGS, "awake() -> seconds since the reset that the processor did not sleep"},
    {"sleeps", module_sleeps, METH_NOARGS, "sleeps() -> how often the processor has gone to sleep since the reset"},
    {"reset_reason", module_reset_reason, METH_NOARGS, "reset_reason() -> why the device started last"},
    {"reset", module_reset, METH_NOARGS, "reset() restarts the device at once"},
    {"fault", module_fault, METH_NOARGS, "fault() reads address 0, to try out the fault report"},
    {0},
};

static int execute(PyObject *module)
{
    return PyModule_AddStringConstant(module, "board", BOARD_NAME);
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0}};

/* clang-format off */
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "hipflask",
    .m_doc = "The device: its memory, network and restarts.",
    .m_methods = methods,
    .m_slots = slots,
};
/* clang-format on */

PyMODINIT_FUNC PyInit_hipflask(void)
{
    return PyModuleDef_Init(&definition);
}
