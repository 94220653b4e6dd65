#include "lan9118.h"

#include <string.h>

#include "irq.h"
#include "lan9118_registers.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "port.h"

enum {
    /* Frames waiting for the main thread.  Not less than lwIP's pool, so that it is the pool
     * which runs out first; a power of two. */
    LAN9118_RING_FRAMES = 128,
    MTU = 1500,
    CRC_BYTES = 4,
    HEADER_BYTES = 14,
    RESET_PATIENCE_US = 100000,
    SEND_PATIENCE_US = 2000, /* 16 full frames at 100 Mbit/s */
    INTERRUPTS = INT_RX_STATUS_LEVEL | INT_PHY | INT_RX_ERROR,
};

_Static_assert(LAN9118_RING_FRAMES >= PBUF_POOL_SIZE, "the ring must hold the whole pool");
_Static_assert(ETH_PAD_SIZE == 2, "the device is told to pad by two bytes");

/* The board has one; its pbuf ring is filled by the interrupt and emptied by receive(). */
static struct {
    struct ethernet ethernet; /* first: the stack's view */
    volatile struct lan9118_registers *regs;
    struct pbuf *ring[LAN9118_RING_FRAMES];
    volatile uint32_t head, tail;
    volatile bool paused;      /* the pool was empty: frames wait in the device */
    volatile bool phy_changed; /* the link may have */
    bool link_up;
} device;

static bool wait_until_clear(volatile const uint32_t *reg, uint32_t bit, uint32_t patience_us)
{
    uint64_t end = port_micros() + patience_us;
    while (*reg & bit)
        if (port_micros() >= end)
            return false;
    return true;
}

static uint32_t mac_read(uint32_t index)
{
    device.regs->mac_csr_cmd = MAC_CSR_BUSY | MAC_CSR_READ | index;
    wait_until_clear(&device.regs->mac_csr_cmd, MAC_CSR_BUSY, RESET_PATIENCE_US);
    return device.regs->mac_csr_data;
}

static void mac_write(uint32_t index, uint32_t value)
{
    device.regs->mac_csr_data = value;
    device.regs->mac_csr_cmd = MAC_CSR_BUSY | index;
    wait_until_clear(&device.regs->mac_csr_cmd, MAC_CSR_BUSY, RESET_PATIENCE_US);
}

static uint32_t phy_read(uint32_t index)
{
    mac_write(MAC_MII_ACCESS, MII_PHY_ADDRESS | index << MII_INDEX_SHIFT | MII_BUSY);
    for (unsigned i = 0; i < 1000 && mac_read(MAC_MII_ACCESS) & MII_BUSY; i++) {
    }
    return mac_read(MAC_MII_DATA) & 0xFFFF;
}

static void phy_write(uint32_t index, uint32_t value)
{
    mac_write(MAC_MII_DATA, value);
    mac_write(MAC_MII_ACCESS, MII_PHY_ADDRESS | index << MII_INDEX_SHIFT | MII_WRITE | MII_BUSY);
    for (unsigned i = 0; i < 1000 && mac_read(MAC_MII_ACCESS) & MII_BUSY; i++) {
    }
}

/* The status word gives the length with CRC.  The words of the FIFO are: two bytes of padding,
 * the frame, its CRC.  All are stored, the CRC cut off afterwards. */
static void read_frame(struct pbuf *frame, uint32_t words)
{
    for (struct pbuf *part = frame; part != NULL; part = part->next) {
        uint32_t *to = part->payload;
        uint32_t here = part->len / sizeof *to;
        for (uint32_t i = 0; i < here; i++)
            to[i] = device.regs->rx_data_fifo;
        words -= here;
    }
    while (words-- > 0)
        (void)device.regs->rx_data_fifo;
}

/* Takes one frame off the device.  False: the pool is empty, the frame stays. */
static bool take_frame(void)
{
    uint32_t status = device.regs->rx_status_peek;
    uint32_t length = status >> RX_STATUS_LENGTH_SHIFT & RX_STATUS_LENGTH_MASK;
    uint32_t words = (length + ETH_PAD_SIZE + 3) / 4;
    bool good =
        !(status & RX_STATUS_ERROR) && length >= HEADER_BYTES + CRC_BYTES && length <= HEADER_BYTES + MTU + CRC_BYTES;

    struct pbuf *frame = NULL;
    if (good) {
        frame = pbuf_alloc(PBUF_RAW, (u16_t)(words * 4), PBUF_POOL);
        if (frame == NULL)
            return false;
    }
    (void)device.regs->rx_status_fifo;
    read_frame(frame, words);
    if (good) {
        pbuf_realloc(frame, (u16_t)(length + ETH_PAD_SIZE - CRC_BYTES));
        device.ring[device.head % LAN9118_RING_FRAMES] = frame;
        device.head++;
    } else {
        device.ethernet.counters.rx_errors++;
    }
    return true;
}

static uint32_t frames_in_device(void)
{
    return device.regs->rx_fifo_inf >> RX_FIFO_INF_STATUS_SHIFT & 0xFF;
}

/* With the interrupt held off, or in it. */
static void take_frames(void)
{
    bool room = true;
    while (room && frames_in_device() > 0)
        room = take_frame();
    device.ethernet.counters.rx_no_pbuf += !room && !device.paused;
    device.paused = !room;
    device.regs->int_sts = INT_RX_STATUS_LEVEL;
    device.regs->int_en = room ? INTERRUPTS : INTERRUPTS & ~(uint32_t)INT_RX_STATUS_LEVEL;
}

void lan9118_interrupt(void)
{
    uint32_t status = device.regs->int_sts & device.regs->int_en;
    device.regs->int_sts = status;
    if (status & INT_RX_ERROR)
        device.ethernet.counters.rx_errors++;
    if (status & INT_PHY) {
        device.phy_changed = true; /* talking to the PHY takes long: receive() does it */
        device.regs->int_en &= ~(uint32_t)INT_PHY;
    }
    if (status & INT_RX_STATUS_LEVEL)
        take_frames();
}

/* Sets the duplex mode that both ends agreed upon (IEEE 802.3, 28B.3). */
static void update_link(void)
{
    phy_read(PHY_INTERRUPT_SOURCE); /* reading acknowledges */
    phy_read(PHY_STATUS);           /* link loss is latched: the second answer is today's */
    device.link_up = phy_read(PHY_STATUS) & PHY_STATUS_LINK;

    uint32_t common = phy_read(PHY_ADVERTISED) & phy_read(PHY_PARTNER);
    bool full = common & PHY_100_FULL || (!(common & PHY_100_HALF) && common & PHY_10_FULL);
    uint32_t control = mac_read(MAC_CONTROL) & ~(uint32_t)(MAC_FULL_DUPLEX | MAC_NO_OWN);
    mac_write(MAC_CONTROL, control | (full ? MAC_FULL_DUPLEX : MAC_NO_OWN));
}

static void collect_send_status(void)
{
    uint32_t n = device.regs->tx_fifo_inf >> TX_FIFO_INF_STATUS_SHIFT & 0xFF;
    while (n-- > 0)
        if (device.regs->tx_status_fifo & TX_STATUS_ERROR)
            device.ethernet.counters.tx_errors++;
}

/* What the interrupt left to the main thread. */
static void maintain(void)
{
    device.ethernet.counters.rx_dropped += device.regs->rx_drop; /* reading clears it */
    if (device.phy_changed) {
        device.phy_changed = false;
        update_link();
        uint32_t state = irq_mask();
        device.regs->int_sts = INT_PHY;
        device.regs->int_en |= INT_PHY;
        irq_unmask(state);
    }
    if (device.paused) {
        uint32_t state = irq_mask();
        take_frames();
        irq_unmask(state);
    }
}

static struct pbuf *receive(struct ethernet *ethernet)
{
    if (device.tail == device.head)
        maintain();
    if (device.tail == device.head)
        return NULL;
    struct pbuf *frame = device.ring[device.tail % LAN9118_RING_FRAMES];
    device.tail++;
    ethernet->counters.rx_frames++;
    return frame;
}

static bool link_up(struct ethernet *ethernet)
{
    (void)ethernet;
    return device.link_up;
}

/* Each pbuf is one buffer of the frame: two command words, then the words that
 * contain it, from the aligned one at or before its first byte. */
static uint32_t buffer_words(const struct pbuf *part, uint32_t skip)
{
    uint32_t offset = ((uintptr_t)part->payload + skip) % 4;
    return (offset + part->len - skip + 3) / 4;
}

static void send_buffer(const struct pbuf *part, uint32_t skip, uint32_t flags, uint32_t length)
{
    uintptr_t start = (uintptr_t)part->payload + skip;
    uint32_t offset = start % 4;
    device.regs->tx_data_fifo = flags | offset << TX_A_OFFSET_SHIFT | (uint32_t)(part->len - skip);
    device.regs->tx_data_fifo = length << TX_B_TAG_SHIFT | length;

    const uint32_t *from = (const uint32_t *)(start - offset);
    uint32_t words = buffer_words(part, skip);
    for (uint32_t i = 0; i < words; i++)
        device.regs->tx_data_fifo = from[i];
}

static bool wait_for_room(uint32_t bytes)
{
    uint64_t end = port_micros() + SEND_PATIENCE_US;
    while ((device.regs->tx_fifo_inf & TX_FIFO_INF_FREE) < bytes)
        if (port_micros() >= end)
            return false;
    return true;
}

/* lwIP's linkoutput: the chain stays the caller's; it is in the device on return. */
static err_t send(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    uint32_t bytes = 0;
    for (const struct pbuf *part = frame; part != NULL; part = part->next)
        bytes += 8 + 4 * buffer_words(part, part == frame ? ETH_PAD_SIZE : 0);

    collect_send_status();
    if (!wait_for_room(bytes)) {
        device.ethernet.counters.tx_dropped++;
        return ERR_IF;
    }
    uint32_t length = frame->tot_len - ETH_PAD_SIZE;
    for (const struct pbuf *part = frame; part != NULL; part = part->next) {
        uint32_t flags = part == frame ? TX_A_FIRST : 0;
        flags |= part->next == NULL ? TX_A_LAST : 0;
        send_buffer(part, part == frame ? ETH_PAD_SIZE : 0, flags, length);
    }
    device.ethernet.counters.tx_frames++;
    return ERR_OK;
}

static int reset(void)
{
    volatile struct lan9118_registers *regs = device.regs;
    regs->byte_test = 0; /* any write wakes the device */
    if (regs->byte_test != BYTE_TEST_VALUE)
        return PORT_ERR_ABSENT;
    uint32_t family = regs->id_rev >> 20;
    if (family != ID_LAN911X && family != ID_LAN921X && family != ID_LAN922X)
        return PORT_ERR_ABSENT;
    regs->hw_cfg = HW_CFG_RESET;
    if (!wait_until_clear(&regs->hw_cfg, HW_CFG_RESET, RESET_PATIENCE_US) ||
        !wait_until_clear(&regs->e2p_cmd, E2P_BUSY, RESET_PATIENCE_US))
        return PORT_ERR_TIMEOUT;
    regs->hw_cfg = HW_CFG_MUST_BE_ONE | HW_CFG_TX_5K;
    regs->afc_cfg = AFC_RECOMMENDED;
    return 0;
}

static void choose_mac(uint8_t mac[LAN9118_MAC_BYTES], const uint8_t *fallback)
{
    uint32_t low = mac_read(MAC_ADDRESS_LOW);
    uint32_t high = mac_read(MAC_ADDRESS_HIGH) & 0xFFFF;
    bool blank = (low == UINT32_MAX && high == 0xFFFF) || (low == 0 && high == 0);
    for (unsigned i = 0; i < LAN9118_MAC_BYTES; i++)
        mac[i] = blank ? fallback[i] : (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    mac_write(MAC_ADDRESS_LOW, (uint32_t)mac[0] | mac[1] << 8 | mac[2] << 16 | (uint32_t)mac[3] << 24);
    mac_write(MAC_ADDRESS_HIGH, (uint32_t)mac[4] | mac[5] << 8);
}

static void enable(void)
{
    volatile struct lan9118_registers *regs = device.regs;
    phy_write(PHY_CONTROL, PHY_CONTROL_NEGOTIATE);
    phy_write(PHY_INTERRUPT_MASK, PHY_INTERRUPT_LINK);
    mac_write(MAC_CONTROL, MAC_FULL_DUPLEX | MAC_TX_ENABLE | MAC_RX_ENABLE);
    update_link();
    regs->rx_cfg = ETH_PAD_SIZE << RX_CFG_OFFSET_SHIFT;
    regs->tx_cfg = TX_CFG_ON;
    regs->fifo_int = 0; /* RX status level 0: an interrupt for every frame */
    regs->int_sts = UINT32_MAX;
    regs->irq_cfg = IRQ_CFG_ENABLE | IRQ_CFG_ACTIVE_HIGH | IRQ_CFG_PUSH_PULL;
    regs->int_en = INTERRUPTS;
}

int lan9118_start(struct netif *netif, uintptr_t base, const uint8_t fallback_mac[LAN9118_MAC_BYTES])
{
    memset(&device, 0, sizeof device);
    device.regs = (volatile struct lan9118_registers *)base;
    device.ethernet.receive = receive;
    device.ethernet.link_up = link_up;
    int result = reset();
    if (result < 0)
        return result;

    choose_mac(netif->hwaddr, fallback_mac);
    netif->hwaddr_len = LAN9118_MAC_BYTES;
    netif->mtu = MTU;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->flags |= NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->linkoutput = send;
    netif->state = &device.ethernet;
    enable();
    return 0;
}
