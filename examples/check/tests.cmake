# SPDX-License-Identifier: MIT
# CTest runs each example and checks its output.

# These print the same in each run; the source states the output.
set(same_each_time
    01_every_five_seconds 02_printer 07_testing 08_adaptive_polling 09_metrics 10_ticker 11_overlap
    15_renewed_token 16_drained_queue 17_never_dies 18_json_lines 19_spdlog 21_watchdog)
if(tasks_time_zones STREQUAL "none")
    message(STATUS "Examples 04 and 12 to 14 are not tested: this build has no named time zones")
else()
    list(APPEND same_each_time 04_two_zones 12_nightly 13_market_hours 14_next_week)
endif()
foreach(name IN LISTS same_each_time)
    if(NOT TARGET example_${name})
        continue() # it needs a library that is not installed
    endif()
    add_test(NAME example.${name}
        COMMAND "${CMAKE_COMMAND}"
            "-DPROGRAM=$<TARGET_FILE:example_${name}>"
            "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp"
            -P "${CMAKE_CURRENT_SOURCE_DIR}/check/output.cmake")
    set_tests_properties(example.${name} PROPERTIES LABELS example ENVIRONMENT TASKS_EXAMPLE_FAST=1)
endforeach()

# The first one also runs in real time, as README's first command does.
add_test(NAME example.01_every_five_seconds.real_time
    COMMAND "${CMAKE_COMMAND}"
        "-DPROGRAM=$<TARGET_FILE:example_01_every_five_seconds>"
        "-DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}/01_every_five_seconds.cpp"
        -DAT_LEAST=10
        -P "${CMAKE_CURRENT_SOURCE_DIR}/check/output.cmake")
set_tests_properties(example.01_every_five_seconds.real_time PROPERTIES LABELS example COST 10)

# These talk to a user, a server or a signal sender; a script plays that part.
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

# The service manager that the watchdog is told to is played by a script, too.
find_package(Python3 COMPONENTS Interpreter QUIET)
if(NOT Python3_FOUND)
    message(STATUS "Example 21 is tested without a service manager: there is no Python")
    return()
endif()
add_test(NAME example.21_watchdog.systemd
    COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_SOURCE_DIR}/check/21_watchdog.py"
        "$<TARGET_FILE:example_21_watchdog>")
set_tests_properties(example.21_watchdog.systemd PROPERTIES LABELS example TIMEOUT 120)
