# Images of the host: one program, build/<preset>/hipflask, that reads any app from its
# directory.  BOARD_PYTHON is the interpreter in it: one of build/python, or the machine's own.
set(host ${PROJECT_SOURCE_DIR}/port/host)
set(PYTHON_PLACE ${host}/interpreter_trimmed.c ${host}/faults_python.c)
set(PYTHON_PLACE_DEFINITIONS HOST_LIB="${PYTHON_SOURCE_DIR}/Lib" HOST_PACKAGES="${PACKAGES_DIR}"
    HOST_OVERLAY="${PROJECT_SOURCE_DIR}/port/cpython/lib")
if(BOARD_PYTHON STREQUAL system)
    set(PYTHON_PLACE ${host}/interpreter_system.c ${host}/faults_python.c)
endif()

add_library(python_headers INTERFACE)
add_library(cpython INTERFACE)
if(BOARD_PYTHON STREQUAL system)
    hipflask_sources(${LWIP_DIR} ${MBEDTLS_DIR})
    # By its full name: the first python3 in PATH may be another one.
    set(config /usr/bin/${CMAKE_LIBRARY_ARCHITECTURE}-python3-config)
    execute_process(COMMAND ${config} --includes OUTPUT_VARIABLE includes OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${config} --embed --ldflags OUTPUT_VARIABLE libraries OUTPUT_STRIP_TRAILING_WHITESPACE
        COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(includes UNIX_COMMAND ${includes})
    separate_arguments(libraries UNIX_COMMAND ${libraries})
    list(TRANSFORM includes REPLACE "^-I" "")
    list(REMOVE_DUPLICATES includes)
    target_include_directories(python_headers SYSTEM INTERFACE ${includes})
    target_link_libraries(cpython INTERFACE ${libraries})
else()
    hipflask_sources(${PYTHON_SOURCE_DIR} ${LWIP_DIR} ${MBEDTLS_DIR} ${PACKAGES_DIR})
    hipflask_native_python(${BOARD_PYTHON})
    set(PYTHON_BUILD_DIR ${HIPFLASK_BUILD_DIR}/python/${BOARD_PYTHON})
    file(GLOB_RECURSE module_archives ${PYTHON_BUILD_DIR}/Modules/*.a)
    target_include_directories(python_headers SYSTEM INTERFACE ${PYTHON_SOURCE_DIR}/Include ${PYTHON_BUILD_DIR})
    target_link_libraries(cpython INTERFACE
        ${PYTHON_BUILD_DIR}/libpython3.13.a ${module_archives} z dl m pthread util)
endif()

# What only an executable of all parts can be: made when the parts are known.
function(hipflask_firmware)
    add_executable(firmware)
    target_link_libraries(firmware PRIVATE
        firmware_core wsgi python_port lwip_port tls_port_credentials libc_port machine_port cpython)
    target_link_options(firmware PRIVATE ${BOARD_CPU_FLAGS} ${BOARD_LINK_FLAGS} -Wl,--wrap=main
        -Wl,--wrap=memp_malloc,--wrap=mem_malloc,--wrap=getrandom,--wrap=clock_gettime,--wrap=time)
    set_target_properties(firmware PROPERTIES
        OUTPUT_NAME hipflask RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} LINKER_LANGUAGE C)
    if(PYTHON_BUILD_DIR)
        set_target_properties(firmware PROPERTIES LINK_DEPENDS ${PYTHON_BUILD_DIR}/built)
    endif()
endfunction()

# hipflask_image(NAME DIRECTORY): the target image-NAME, which here is the same for all apps.
function(hipflask_image name directory)
    if(NOT TARGET firmware)
        hipflask_firmware()
    endif()
    add_custom_target(image-${name} DEPENDS firmware)
endfunction()
