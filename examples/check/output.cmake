# SPDX-License-Identifier: MIT
# Runs an example and compares its output with the comment "// Prints:" at the top of its source, where …
# matches any text within a line.
#
#   cmake -DPROGRAM=… -DSOURCE=… [-DAT_LEAST=seconds] -P output.cmake
cmake_minimum_required(VERSION 3.23)

file(READ "${SOURCE}" source)
if(NOT source MATCHES "// Prints:\n((//     [^\n]*\n|//\n)+)")
    message(FATAL_ERROR "${SOURCE} has no comment \"// Prints:\"")
endif()
string(REGEX REPLACE "\n(//     |//)" "\n" wanted "\n${CMAKE_MATCH_1}")
string(SUBSTRING "${wanted}" 1 -1 wanted)
string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" pattern "${wanted}")
string(REPLACE "…" "[^\n]*" pattern "${pattern}")

string(TIMESTAMP begin "%s")
execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE result)
string(TIMESTAMP end "%s")

if(NOT result EQUAL 0)
    message(FATAL_ERROR "Ended with ${result}:\n${output}${errors}")
endif()
if(NOT output MATCHES "^${pattern}$")
    message(FATAL_ERROR "Printed\n${output}where its source says\n${wanted}${errors}")
endif()
math(EXPR took "${end} - ${begin}")
if(AT_LEAST AND took LESS AT_LEAST)
    message(FATAL_ERROR "Took ${took} s; in real time it must take ${AT_LEAST} s at least")
endif()
