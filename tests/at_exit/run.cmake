# SPDX-License-Identifier: MIT
# cmake -DPROGRAM=… -DPLAY=… -P run.cmake: the program must end with 0 and print nothing on standard error.
cmake_minimum_required(VERSION 3.23)
execute_process(COMMAND "${PROGRAM}" ${PLAY}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error TIMEOUT 60)
if(NOT result STREQUAL "0" OR NOT error STREQUAL "")
    message(FATAL_ERROR
        "${PLAY}: ended with ${result}; on standard output:\n${output}\non standard error:\n${error}")
endif()
