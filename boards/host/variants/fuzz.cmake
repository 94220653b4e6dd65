# clang with libFuzzer: the programs of tests/fuzz.
set(BOARD_COMPILER clang)
set(BOARD_MEMORY sanitizer)
set(BOARD_CPU_FLAGS -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=undefined)
set(BOARD_LINK_FLAGS -fsanitize=address,undefined)
set(BOARD_SUBDIRECTORIES tests/fuzz)
