#include "cmsdk_uart.h"

#include "irq.h"

struct registers {
    uint32_t data, state, ctrl, intclear, bauddiv;
};

enum {
    STATE_TX_FULL = 1u << 0,
    STATE_RX_FULL = 1u << 1,
    CTRL_TX_ENABLE = 1u << 0,
    CTRL_RX_ENABLE = 1u << 1,
    CTRL_RX_INTERRUPT = 1u << 3,
    INTERRUPT_RX = 1u << 1,
};

static volatile struct registers *registers_of(const struct cmsdk_uart *uart)
{
    return (volatile struct registers *)uart->base;
}

static uint32_t waiting(const struct cmsdk_uart *uart)
{
    return uart->head - uart->tail;
}

void cmsdk_uart_start(struct cmsdk_uart *uart, uint32_t divisor)
{
    registers_of(uart)->bauddiv = divisor;
    registers_of(uart)->ctrl = CTRL_TX_ENABLE | CTRL_RX_ENABLE;
}

static void take(struct cmsdk_uart *uart)
{
    volatile struct registers *regs = registers_of(uart);
    regs->intclear = INTERRUPT_RX; /* before reading: the next byte raises it again */
    while (regs->state & STATE_RX_FULL && waiting(uart) < CMSDK_UART_RING_BYTES) {
        uart->ring[uart->head % CMSDK_UART_RING_BYTES] = (uint8_t)regs->data;
        uart->head++;
    }
    if (waiting(uart) == CMSDK_UART_RING_BYTES)
        cmsdk_uart_deafen(uart); /* the reader listens again */
}

void cmsdk_uart_listen(struct cmsdk_uart *uart)
{
    uint32_t state = irq_mask();
    registers_of(uart)->ctrl |= CTRL_RX_INTERRUPT;
    take(uart); /* what came before raises no interrupt any more */
    irq_unmask(state);
}

void cmsdk_uart_deafen(struct cmsdk_uart *uart)
{
    registers_of(uart)->ctrl &= ~(uint32_t)CTRL_RX_INTERRUPT;
}

void cmsdk_uart_interrupt(struct cmsdk_uart *uart)
{
    take(uart);
}

size_t cmsdk_uart_read(struct cmsdk_uart *uart, void *buf, size_t len)
{
    uint8_t *to = buf;
    size_t n = 0;
    for (; n < len && waiting(uart) > 0; n++) {
        to[n] = uart->ring[uart->tail % CMSDK_UART_RING_BYTES];
        uart->tail++;
    }
    return n;
}

void cmsdk_uart_write(struct cmsdk_uart *uart, const void *buf, size_t len)
{
    volatile struct registers *regs = registers_of(uart);
    const uint8_t *from = buf;
    for (size_t i = 0; i < len; i++) {
        while (regs->state & STATE_TX_FULL) {
        }
        regs->data = from[i];
    }
}
