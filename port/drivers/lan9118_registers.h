/* Registers of the LAN9118 (SMSC data sheet revision 1.5, chapter 5). */
#ifndef LAN9118_REGISTERS_H
#define LAN9118_REGISTERS_H

#include <stddef.h>
#include <stdint.h>

struct lan9118_registers {
    uint32_t rx_data_fifo, rx_data_alias[7];
    uint32_t tx_data_fifo, tx_data_alias[7];
    uint32_t rx_status_fifo, rx_status_peek, tx_status_fifo, tx_status_peek;
    uint32_t id_rev, irq_cfg, int_sts, int_en;
    uint32_t reserved0, byte_test, fifo_int, rx_cfg, tx_cfg, hw_cfg;
    uint32_t rx_dp_ctl, rx_fifo_inf, tx_fifo_inf, pmt_ctrl, gpio_cfg, gpt_cfg, gpt_cnt;
    uint32_t reserved1, word_swap, free_run, rx_drop;
    uint32_t mac_csr_cmd, mac_csr_data, afc_cfg, e2p_cmd, e2p_data;
};

_Static_assert(offsetof(struct lan9118_registers, byte_test) == 0x64, "BYTE_TEST");
_Static_assert(offsetof(struct lan9118_registers, e2p_data) == 0xB4, "E2P_DATA");

/* These need all 32 bits, which an enum of C11 does not have. */
static const uint32_t BYTE_TEST_VALUE = 0x87654321;
static const uint32_t E2P_BUSY = UINT32_C(1) << 31;
static const uint32_t MAC_CSR_BUSY = UINT32_C(1) << 31;

enum {
    ID_LAN911X = 0x011, /* upper 12 bits of ID_REV */
    ID_LAN921X = 0x115,
    ID_LAN922X = 0x922,

    IRQ_CFG_PUSH_PULL = 1u << 0,
    IRQ_CFG_ACTIVE_HIGH = 1u << 4,
    IRQ_CFG_ENABLE = 1u << 8,

    INT_RX_STATUS_LEVEL = 1u << 3, /* more frames than FIFO_INT says */
    INT_RX_ERROR = 1u << 14,
    INT_PHY = 1u << 18,

    HW_CFG_RESET = 1u << 0,
    HW_CFG_TX_5K = 5u << 16, /* of 16 KiB; leaves 10,560 bytes for received data */
    HW_CFG_MUST_BE_ONE = 1u << 20,

    RX_CFG_OFFSET_SHIFT = 8,
    RX_STATUS_ERROR = 1u << 15,
    RX_STATUS_LENGTH_SHIFT = 16, /* with CRC */
    RX_STATUS_LENGTH_MASK = 0x3FFF,
    RX_FIFO_INF_STATUS_SHIFT = 16, /* words in the status FIFO = frames */

    TX_CFG_ON = 1u << 1,
    TX_A_LAST = 1u << 12,
    TX_A_FIRST = 1u << 13,
    TX_A_OFFSET_SHIFT = 16, /* bytes to skip in the first word */
    TX_B_TAG_SHIFT = 16,
    TX_STATUS_ERROR = 1u << 15,
    TX_FIFO_INF_FREE = 0xFFFF, /* bytes */
    TX_FIFO_INF_STATUS_SHIFT = 16,

    AFC_RECOMMENDED = 0x006E3740, /* the data sheet's thresholds for pause frames */

    MAC_CSR_READ = 1u << 30,

    /* MAC registers, through MAC_CSR_CMD. */
    MAC_CONTROL = 1,
    MAC_ADDRESS_HIGH = 2,
    MAC_ADDRESS_LOW = 3,
    MAC_MII_ACCESS = 6,
    MAC_MII_DATA = 7,
    MAC_RX_ENABLE = 1u << 2,
    MAC_TX_ENABLE = 1u << 3,
    MAC_FULL_DUPLEX = 1u << 20,
    MAC_NO_OWN = 1u << 23, /* half duplex: do not receive what we send */
    MII_BUSY = 1u << 0,
    MII_WRITE = 1u << 1,
    MII_INDEX_SHIFT = 6,
    MII_PHY_ADDRESS = 1u << 11, /* the internal PHY */

    /* PHY registers (IEEE 802.3, 22.2.4, and the device's own). */
    PHY_CONTROL = 0,
    PHY_STATUS = 1,
    PHY_ADVERTISED = 4,
    PHY_PARTNER = 5,
    PHY_INTERRUPT_SOURCE = 29,
    PHY_INTERRUPT_MASK = 30,
    PHY_CONTROL_NEGOTIATE = 1u << 12 | 1u << 9,
    PHY_STATUS_LINK = 1u << 2,
    PHY_10_FULL = 1u << 6,
    PHY_100_HALF = 1u << 7,
    PHY_100_FULL = 1u << 8,
    PHY_INTERRUPT_LINK = 1u << 4 | 1u << 6, /* link down, negotiation complete */
};

#endif
