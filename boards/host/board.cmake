# This machine as a board: the firmware is a process, see README.md.
set(BOARD_DESCRIPTION "This machine: the firmware as a process, for developing apps and for the test bench")
set(BOARD_ARCHITECTURE host)
set(BOARD_IMAGE process)
set(BOARD_RUN process)
set(BOARD_CPU native)
set(BOARD_PYTHON native)
set(BOARD_MEMORY glibc) # whose heap and faults: port/host's files of that name
set(BOARD_CPU_FLAGS -O1 -g)
set(BOARD_LINK_FLAGS)
set(BOARD_COMPILER gcc)
set(BOARD_SUBDIRECTORIES)

# The network, when no DHCP server answers.
set(BOARD_HOSTNAME hipflask)
set(BOARD_ADDRESS 10.0.2.15)
set(BOARD_NETMASK 255.255.255.0)
set(BOARD_GATEWAY 10.0.2.2)
set(BOARD_TLS_SESSIONS 16)                # clients over HTTPS at a time
set(BOARD_TLS_SESSION_BYTES 40960)      # for each of them, static; a pointer takes twice what it does on a device
set(BOARD_TLS_NAMES localhost)          # of the certificate besides the host name: where its ports are forwarded to
set(BOARD_TLS_ADDRESSES 127.0.0.1)
set(BOARD_TIME_SERVER "") # the machine keeps its time
