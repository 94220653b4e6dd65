# AddressSanitizer, LeakSanitizer and UndefinedBehaviorSanitizer; CPython with the first.
set(BOARD_PYTHON native-asan)
set(BOARD_MEMORY sanitizer)
set(BOARD_CPU_FLAGS -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
set(BOARD_LINK_FLAGS -fsanitize=address,undefined)
