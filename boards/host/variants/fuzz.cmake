# clang with libFuzzer: the targets of tests/fuzz.
set(BOARD_COMPILER clang)
set(BOARD_SUBDIRECTORIES tests/fuzz)
