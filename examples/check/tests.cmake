# SPDX-License-Identifier: MIT
# Each example is run by CTest, and what it says is checked.

# Those that print the same in each run: their source says what.
foreach(name IN ITEMS
        01_every_five_seconds
        02_printer)
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
