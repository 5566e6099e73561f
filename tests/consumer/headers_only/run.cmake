# SPDX-License-Identifier: MIT
# Builds the consumer, or other SOURCES as PROGRAM, with one compiler command line and runs it. The flags are
# given (FLAGS), or come from pkg-config.
cmake_minimum_required(VERSION 3.23)

set(program "${CMAKE_CURRENT_BINARY_DIR}/headers_only")
if(PKG_CONFIG)
    set(program "${CMAKE_CURRENT_BINARY_DIR}/pkg_config_${PACKAGE}")
    set(ENV{PKG_CONFIG_PATH} "${PC_PATH}")
    execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs ${PACKAGE}
        OUTPUT_VARIABLE FLAGS OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(FLAGS)
endif()

set(sources "${CMAKE_CURRENT_LIST_DIR}/../main.cpp" "${CMAKE_CURRENT_LIST_DIR}/../other.cpp")
if(SOURCES)
    list(TRANSFORM SOURCES PREPEND "${CMAKE_CURRENT_LIST_DIR}/../" OUTPUT_VARIABLE sources)
    set(program "${CMAKE_CURRENT_BINARY_DIR}/${PROGRAM}")
endif()
execute_process(COMMAND "${COMPILER}" ${sources} ${FLAGS} -o "${program}"
    COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${program}" COMMAND_ERROR_IS_FATAL ANY)
