# Third-party sources and the two builds of CPython, made when they are missing.
#
# `hip` has done both before it calls CMake; then nothing here takes time.
set(HIPFLASK_BUILD_DIR ${PROJECT_SOURCE_DIR}/build CACHE PATH "where sources and interpreters are shared by all boards")
set(PYTHON_SOURCE_DIR ${HIPFLASK_BUILD_DIR}/sources/cpython CACHE PATH "CPython's source")
set(LWIP_DIR ${HIPFLASK_BUILD_DIR}/sources/lwip CACHE PATH "lwIP's source")
set(ZLIB_DIR ${HIPFLASK_BUILD_DIR}/sources/zlib CACHE PATH "zlib's source")
set(PACKAGES_DIR ${HIPFLASK_BUILD_DIR}/sources/packages CACHE PATH "third-party Python packages")
set(PYTHON_NATIVE ${HIPFLASK_BUILD_DIR}/python/native/python)
set(PYTHON_BUILD_DIR ${HIPFLASK_BUILD_DIR}/python/${BOARD_CPU})
set(HIP_PYTHON /usr/bin/python3)

function(hipflask_tool)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/tools PYTHONDONTWRITEBYTECODE=1
            ${HIP_PYTHON} -m ${ARGV}
        RESULT_VARIABLE code OUTPUT_QUIET)
    if(code)
        message(FATAL_ERROR "hip: ${ARGV0} failed")
    endif()
endfunction()

if(NOT EXISTS ${PYTHON_SOURCE_DIR} OR NOT EXISTS ${LWIP_DIR} OR NOT EXISTS ${ZLIB_DIR} OR NOT EXISTS ${PACKAGES_DIR})
    hipflask_tool(hip.sources fetch)
endif()
hipflask_tool(hip.interpreter native --source ${PYTHON_SOURCE_DIR} --out ${HIPFLASK_BUILD_DIR}/python/native)
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
