# SPDX-License-Identifier: MIT
# Each example is run by CTest, and what it says is checked.

# Those that print the same in each run: their source says what.
set(same_each_time
    01_every_five_seconds 02_printer 07_testing 08_adaptive_polling 09_metrics 10_ticker 11_overlap)
if(tasks_time_zones STREQUAL "none")
    message(STATUS "Example 04 is not tested: this build has no named time zones")
else()
    list(APPEND same_each_time 04_two_zones)
endif()
foreach(name IN LISTS same_each_time)
    add_test(NAME example.${name}
        COMMAND "${CMAKE_COMMAND}"
            "-DPROGRAM=$<TARGET_FILE:example_${name}>"
            "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/check/output.cmake")
    set_tests_properties(example.${name} PROPERTIES LABELS example ENVIRONMENT TASKS_EXAMPLE_FAST=1)
endforeach()

# The first one in real time, too: what README's first command shows.
add_test(NAME example.01_every_five_seconds.real_time
    COMMAND "${CMAKE_COMMAND}"
        "-DPROGRAM=$<TARGET_FILE:example_01_every_five_seconds>"
        "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/01_every_five_seconds.cpp"
        -DAT_LEAST=10
        -P "${CMAKE_CURRENT_SOURCE_DIR}/check/output.cmake")
set_tests_properties(example.01_every_five_seconds.real_time PROPERTIES LABELS example COST 10)

# Those with somebody at the other end: a script plays that part.
find_program(BASH bash)
mark_as_advanced(BASH)
if(NOT BASH)
    message(STATUS "Examples 03, 05 and 06 are not tested: there is no bash")
    return()
endif()
foreach(name IN ITEMS 03_leaderboard 05_redis 06_shutdown)
    add_test(NAME example.${name}
        COMMAND "${BASH}" "${CMAKE_CURRENT_SOURCE_DIR}/check/${name}.sh" "$<TARGET_FILE:example_${name}>")
    set_tests_properties(example.${name} PROPERTIES LABELS example SKIP_RETURN_CODE 77 TIMEOUT 120)
endforeach()
