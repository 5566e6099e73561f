# SPDX-License-Identifier: MIT
# cmake -P cmake/demo.cmake: installs missing packages on a machine with a compiler and CMake, and builds and
# runs the first example.
cmake_minimum_required(VERSION 3.23)
include("${CMAKE_CURRENT_LIST_DIR}/setup.cmake")

set(example example_01_every_five_seconds)
set(build "${tasks_root}/build/demo")

tasks_setup(demo)
tasks_build_environment()
foreach(step IN ITEMS
        "${CMAKE_COMMAND};-S;${tasks_root};-B;${build};-DCMAKE_BUILD_TYPE=Release;-DTASKS_BUILD_TESTS=OFF"
        "${CMAKE_COMMAND};--build;${build};--target;${example};--parallel;${tasks_cores}"
        "${build}/examples/${example}")
    tasks_run(failed ${step})
    if(failed)
        message(FATAL_ERROR "The command above failed.")
    endif()
endforeach()
