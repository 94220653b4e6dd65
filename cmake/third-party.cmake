# Where third-party sources and interpreters lie, and how the missing ones are made.
#
# `hip` has made them before it calls CMake; then nothing here takes time.
set(HIPFLASK_BUILD_DIR ${PROJECT_SOURCE_DIR}/build CACHE PATH "where sources and interpreters are shared by all boards")
set(PYTHON_SOURCE_DIR ${HIPFLASK_BUILD_DIR}/sources/cpython CACHE PATH "CPython's source")
set(LWIP_DIR ${HIPFLASK_BUILD_DIR}/sources/lwip CACHE PATH "lwIP's source")
set(MBEDTLS_DIR ${HIPFLASK_BUILD_DIR}/sources/mbedtls CACHE PATH "mbedTLS's source")
set(ZLIB_DIR ${HIPFLASK_BUILD_DIR}/sources/zlib CACHE PATH "zlib's source")
set(PACKAGES_DIR ${HIPFLASK_BUILD_DIR}/sources/packages CACHE PATH "third-party Python packages")
set(HIP_PYTHON /usr/bin/python3)

# hipflask_tool(MODULE ARGUMENT...): runs a part of hip; its failure ends the configuration.
function(hipflask_tool)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m ${ARGV}
        RESULT_VARIABLE code OUTPUT_QUIET)
    if(code)
        message(FATAL_ERROR "hip: ${ARGV0} failed")
    endif()
endfunction()

# hipflask_sources(DIRECTORY...): fetches everything if one of the directories is missing.
function(hipflask_sources)
    foreach(directory IN LISTS ARGV)
        if(NOT EXISTS ${directory})
            hipflask_tool(hip.sources fetch)
            return()
        endif()
    endforeach()
endfunction()

# hipflask_native_python(NAME): makes one of the interpreters for this machine.
function(hipflask_native_python name)
    hipflask_tool(hip.interpreter ${name} --source ${PYTHON_SOURCE_DIR} --out ${HIPFLASK_BUILD_DIR}/python/${name})
endfunction()
