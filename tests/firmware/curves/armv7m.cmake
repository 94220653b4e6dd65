add_compile_options(${BOARD_CPU_FLAGS} -O2 -g -ffunction-sections -fdata-sections)
add_subdirectory(${root}/port/lwip lwip) # the machine takes its headers
add_subdirectory(${root}/port/${BOARD_ARCHITECTURE} machine)
add_subdirectory(${root}/port/drivers drivers)

set(sections ${root}/port/${BOARD_ARCHITECTURE}/sections.ld)
add_executable(curves main_device.c ../netecho/system.c)
target_link_libraries(curves PRIVATE machine_port)
target_link_options(curves PRIVATE ${BOARD_CPU_FLAGS} -nostartfiles
    -T ${sections} -L ${root}/boards/${BOARD} -Wl,--gc-sections -Wl,--no-warn-rwx-segments)
set_target_properties(curves PROPERTIES SUFFIX .elf LINK_DEPENDS "${sections};${root}/boards/${BOARD}/memory.ld")
