# Optimised as a release is, with symbols: for callgrind and perf.
set(BOARD_CPU_FLAGS -O2 -g -fno-omit-frame-pointer)
