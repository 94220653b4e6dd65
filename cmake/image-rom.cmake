# Images of boards without an operating system: CPython cross-built, everything in ROM.
hipflask_sources(${PYTHON_SOURCE_DIR} ${LWIP_DIR} ${MBEDTLS_DIR} ${ZLIB_DIR} ${PACKAGES_DIR})
hipflask_native_python(native)
set(PYTHON_NATIVE ${HIPFLASK_BUILD_DIR}/python/native/python)
set(PYTHON_BUILD_DIR ${HIPFLASK_BUILD_DIR}/python/${BOARD_CPU})
list(JOIN BOARD_CPU_FLAGS " " flags)
hipflask_tool(hip.interpreter cross --source ${PYTHON_SOURCE_DIR} --zlib ${ZLIB_DIR} --native ${PYTHON_NATIVE}
    --out ${PYTHON_BUILD_DIR} --processor ${BOARD_CPU} "--flags=${flags}")

add_library(cpython INTERFACE)
target_link_libraries(cpython INTERFACE
    ${PYTHON_BUILD_DIR}/libpython3.13.a
    ${PYTHON_BUILD_DIR}/Modules/_hacl/libHacl_Hash_SHA2.a
    ${PYTHON_BUILD_DIR}/Modules/_decimal/libmpdec/libmpdec.a
    ${PYTHON_BUILD_DIR}/Modules/expat/libexpat.a
    ${PYTHON_BUILD_DIR}/zlib/libz.a
    m)

add_library(python_headers INTERFACE)
target_include_directories(python_headers SYSTEM INTERFACE ${PYTHON_SOURCE_DIR}/Include ${PYTHON_BUILD_DIR})
target_compile_options(python_headers INTERFACE
    "$<$<COMPILE_LANGUAGE:C>:SHELL:-isystem ${PROJECT_SOURCE_DIR}/port/newlib/include>"
    "$<$<COMPILE_LANGUAGE:C>:SHELL:-include ${PROJECT_SOURCE_DIR}/port/cpython/baremetal.h>")
set(PYTHON_PLACE ${PROJECT_SOURCE_DIR}/port/cpython/interpreter_rom.c)

# hipflask_tls(OUT DIRECTORY): which library an app needs; credentials are a section of its manifest.
function(hipflask_tls out directory)
    set(manifest ${directory}/hipflask.toml)
    file(GLOB found CONFIGURE_DEPENDS ${manifest})
    set(${out} tls_port PARENT_SCOPE)
    if(found)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
        file(STRINGS ${manifest} section REGEX "^[ \t]*\\[[ \t]*tls[ \t]*\\]")
        if(section)
            set(${out} tls_port_credentials PARENT_SCOPE)
        endif()
    endif()
endfunction()

# hipflask_image(NAME DIRECTORY): the target image-NAME, an app's firmware image.
#
# build/<board>/images/NAME/firmware.elf is the image, firmware.map its map; beside them
# lies what was generated from the app.
function(hipflask_image name directory)
    set(out ${CMAKE_BINARY_DIR}/images/${name})
    add_custom_command(
        OUTPUT ${out}/pack.json
        BYPRODUCTS ${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/application.c ${out}/romfs.S ${out}/romfs.img
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m hip.pack --app ${directory} --native ${PYTHON_NATIVE} --lib ${PYTHON_SOURCE_DIR}/Lib
            --packages ${PACKAGES_DIR} --fetched ${HIPFLASK_BUILD_DIR}/sources/apps --out ${out}
            --rom-budget ${BOARD_XROM_BUDGET}
        DEPFILE ${out}/pack.d
        DEPENDS ${PYTHON_NATIVE}
        COMMENT "Tracing and packing ${name}"
        VERBATIM)

    set(target image-${name})
    add_executable(${target} EXCLUDE_FROM_ALL
        ${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/application.c ${out}/romfs.S)
    set_source_files_properties(${out}/inittab.c ${out}/frozen.c ${out}/frozen.S ${out}/application.c ${out}/romfs.S
        PROPERTIES OBJECT_DEPENDS ${out}/pack.json)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME firmware SUFFIX .elf RUNTIME_OUTPUT_DIRECTORY ${out}
        LINK_DEPENDS "${HIPFLASK_SECTIONS};${PROJECT_SOURCE_DIR}/boards/${BOARD}/memory.ld;${PYTHON_BUILD_DIR}/built")
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/port)
    hipflask_tls(tls ${directory})
    target_link_libraries(${target} PRIVATE firmware_core wsgi python_port lwip_port ${tls} libc_port machine_port cpython)
    target_link_options(${target} PRIVATE ${BOARD_CPU_FLAGS}
        -nostartfiles -T ${HIPFLASK_SECTIONS} -L ${PROJECT_SOURCE_DIR}/boards/${BOARD}
        -Wl,--gc-sections -Wl,-Map,${out}/firmware.map -Wl,--no-warn-rwx-segments)
    add_custom_command(TARGET ${target} POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m hip.size --board ${BOARD} --image ${out}
        VERBATIM)
endfunction()
