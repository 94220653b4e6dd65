#include "output.h"

#include <limits.h>

void output_add(struct output *output, const char *data, size_t length)
{
    if (length > 0) {
        output->pieces[output->count].data = data;
        output->pieces[output->count].length = length;
        output->count++;
    }
}

void output_hold(struct output *output, PyObject *bytes)
{
    Py_XSETREF(output->held, Py_NewRef(bytes));
}

void output_clear(struct output *output)
{
    output->next = output->count = 0;
    output->more = output->corked = false;
    Py_CLEAR(output->held);
}

void output_push(struct output *output, const struct transport *transport)
{
    if (output->corked) {
        output->corked = false;
        transport->ops->send(transport->ctx, "", 0, false); /* a reset shows on the next send */
    }
}

int output_flush(struct output *output, const struct transport *transport)
{
    int taken = 0;

    while (!output_is_empty(output)) {
        size_t length = output->pieces[output->next].length;
        bool more = output->more || output->next + 1 < output->count || length > INT_MAX;
        int n = transport->ops->send(transport->ctx, output->pieces[output->next].data,
                                     length > INT_MAX ? INT_MAX : length, more);

        if (n < 0) {
            return n;
        }
        if (n == 0) {
            /* What the transport holds back must leave, or its buffer never empties. */
            output_push(output, transport);
            return taken;
        }
        taken += n;
        output->corked = more;
        output->pieces[output->next].data += n;
        output->pieces[output->next].length -= (size_t)n;
        if (output->pieces[output->next].length == 0) {
            output->next++;
        }
    }
    output->next = output->count = 0;
    Py_CLEAR(output->held);
    return taken;
}
