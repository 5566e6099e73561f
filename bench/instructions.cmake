# SPDX-License-Identifier: MIT
# Counts instructions per iteration with callgrind. Each program runs twice, with different numbers of
# iterations, so that start and end cancel out. Unlike a time, the count is repeatable.
#
# cmake -DVALGRIND=valgrind -DPROGRAM=…/tasks_instructions [-DCHECK=ON] -P instructions.cmake
cmake_minimum_required(VERSION 3.23)

# The bounds: the measurement with g++ 12.2, -O3 and Asio 1.22.1 (the second number) plus 10 %. Lower them
# with each improvement.
set(bounds
    "floor|214"
    "tasks|600"
    "tasks_void|249"
    "tasks_coalescing|1121"
    "tasks_back_to_back|2658"
    "one_waiting|2810"
    "thousand_waiting|2764")

if(NOT VALGRIND)
    message("skipped: valgrind is not installed")
    return()
endif()

# count(<variable> <program> <iterations>): counts the instructions of a whole process
function(count variable program iterations)
    execute_process(
        COMMAND "${VALGRIND}" --tool=callgrind --callgrind-out-file=/dev/null
            "${PROGRAM}" ${program} ${iterations}
        RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(failed OR NOT output MATCHES "Collected : ([0-9]+)")
        message(FATAL_ERROR "${program} ${iterations}: callgrind failed (${failed})\n${output}")
    endif()
    set(${variable} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

set(few 20000)
set(many 60000)
foreach(row IN LISTS bounds)
    string(REPLACE "|" ";" row "${row}")
    list(GET row 0 program)
    list(GET row 1 measured)
    count(a ${program} ${few})
    count(b ${program} ${many})
    math(EXPR each "(${b} - ${a}) / (${many} - ${few})")
    math(EXPR bound "${measured} * 11 / 10")
    message("${program}: ${each} instructions per iteration (bound ${bound})")
    if(CHECK AND each GREATER bound)
        message(SEND_ERROR "${program}: ${each} instructions per iteration are more than ${bound}")
    endif()
endforeach()
