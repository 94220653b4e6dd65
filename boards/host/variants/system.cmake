# The machine's own CPython (libpython3-dev) with the packages installed there: no interpreter
# is built.
set(BOARD_PYTHON system)
