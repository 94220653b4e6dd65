# Arm MPS2 with FPGA image AN500 (Cortex-M7): data only, see README.md.
set(BOARD_DESCRIPTION "Arm MPS2, FPGA image AN500 (Cortex-M7, 16 MB PSRAM, LAN9118 Ethernet), in QEMU")
set(BOARD_ARCHITECTURE armv7m)
set(BOARD_IMAGE rom)
set(BOARD_RUN qemu)
set(BOARD_CPU cortex-m7)
set(BOARD_CPU_FLAGS -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-d16)
set(BOARD_DRIVERS cmsdk_uart cmsdk_dualtimer cmsdk_timer cmsdk_watchdog entropy_wire lan9118)

# What an image may take, bytes.  memory.ld says where it lies.
set(BOARD_FLASH_BUDGET 4194304) # code and constants
set(BOARD_XROM_BUDGET 6291456)  # the ROM file system
set(BOARD_RAM_BUDGET 4194304)   # static memory, stacks, the first part of the heap
set(BOARD_PSRAM_BUDGET 10485760) # what the heap has of PSRAM at least

# What examples/hello may take here, measured by tests/system/test_bench.py: bytes, and guest instructions
# of a request over a connection that stays open.  docs/performance.md says how to go on when it takes more.
set(BOARD_HELLO_FLASH_BUDGET 1970000)
set(BOARD_HELLO_RAM_BUDGET 1135000) # static memory
set(BOARD_HELLO_HEAP_BUDGET 720000) # in use once the app is imported
set(BOARD_HELLO_INSTRUCTIONS_BUDGET 20000)

# The network, when no DHCP server answers.
set(BOARD_HOSTNAME hipflask)
set(BOARD_ADDRESS 10.0.2.15)
set(BOARD_NETMASK 255.255.255.0)
set(BOARD_GATEWAY 10.0.2.2)
set(BOARD_TLS_SESSIONS 4)                # clients over HTTPS at a time
set(BOARD_TLS_SESSION_BYTES 24576)      # for each of them, static
set(BOARD_TLS_NAMES localhost)          # of the certificate besides the host name: where its ports are forwarded to
set(BOARD_TLS_ADDRESSES 127.0.0.1)
set(BOARD_TIME_SERVER "pool.ntp.org") # asked for the time; a product has one of its own

# How QEMU runs it.  hip adds console, host ports and image.  The second UART is the
# wire that entropy comes over: the host's generator.
set(BOARD_QEMU qemu-system-arm -M mps2-an500)
set(BOARD_QEMU_ENTROPY -chardev pipe,id=entropy,path=/dev/urandom -serial chardev:entropy)
set(BOARD_QEMU_NETWORK user,model=lan9118)
