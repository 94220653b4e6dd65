# This machine's own compiler, as the board or its variant names it.
set(CMAKE_C_COMPILER ${BOARD_COMPILER})
