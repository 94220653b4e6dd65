# hipflask_image(NAME DIRECTORY): the target image-NAME, an app's firmware image.
#
# build/<board>/images/NAME/firmware.elf is the image, firmware.map its map; beside them
# lies what was generated from the app.
function(hipflask_image name directory)
    set(out ${CMAKE_BINARY_DIR}/images/${name})
    add_custom_command(
        OUTPUT ${out}/pack.json
        BYPRODUCTS ${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/app_config.c ${out}/romfs.S ${out}/romfs.img
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m hip.pack --app ${directory} --native ${PYTHON_NATIVE} --lib ${PYTHON_SOURCE_DIR}/Lib
            --packages ${PACKAGES_DIR} --fetched ${HIPFLASK_BUILD_DIR}/sources/apps/${name} --out ${out}
            --rom-budget ${BOARD_XROM_BUDGET}
        DEPFILE ${out}/pack.d
        DEPENDS ${PYTHON_NATIVE}
        COMMENT "Tracing and packing ${name}"
        VERBATIM)

    set(target image-${name})
    add_executable(${target} EXCLUDE_FROM_ALL
        ${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/app_config.c ${out}/romfs.S)
    set_source_files_properties(${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/app_config.c ${out}/romfs.S
        PROPERTIES OBJECT_DEPENDS ${out}/pack.json)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME firmware SUFFIX .elf RUNTIME_OUTPUT_DIRECTORY ${out}
        LINK_DEPENDS "${HIPFLASK_SECTIONS};${PROJECT_SOURCE_DIR}/boards/${BOARD}/memory.ld;${PYTHON_BUILD_DIR}/built")
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/firmware)
    target_link_libraries(${target} PRIVATE firmware_core wsgi python_port lwip_port newlib_port machine_port cpython)
    target_link_options(${target} PRIVATE ${BOARD_CPU_FLAGS}
        -nostartfiles -T ${HIPFLASK_SECTIONS} -L ${PROJECT_SOURCE_DIR}/boards/${BOARD}
        -Wl,--gc-sections -Wl,-Map,${out}/firmware.map -Wl,--no-warn-rwx-segments)
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m hip.size --board ${BOARD} --image ${out}
        VERBATIM)
endfunction()
