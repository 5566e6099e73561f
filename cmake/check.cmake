# SPDX-License-Identifier: MIT
# cmake -P cmake/check.cmake: installs missing packages on a machine with a compiler and CMake, and builds and
# runs the tests.
#
#   -DPRESETS=dev,asan,tsan   presets of CMakePresets.json to run one after the other; default dev
#   -DLINT=ON                 also checks the format and runs clang-tidy, in the first preset
#   -DBROWSER=ON              also installs a browser, without which the tests of the status page are skipped
#   -DFUZZ_SECONDS=3600       the time for the preset fuzz; default 60
#
# The last line is: N passed, N failed. A preset that does not build counts as one failure.
cmake_minimum_required(VERSION 3.23)
include("${CMAKE_CURRENT_LIST_DIR}/setup.cmake")

set(PRESETS dev)
set(LINT OFF)
set(BROWSER OFF)
set(FUZZ_SECONDS 60)
tasks_script_arguments(PRESETS LINT BROWSER FUZZ_SECONDS)
set(groups)
if(LINT)
    list(APPEND groups lint)
endif()
if(BROWSER)
    list(APPEND groups browser)
endif()
tasks_setup(demo tests ${PRESETS} ${groups})
tasks_build_environment()

set(passed 0)
set(failed 0)
foreach(preset IN LISTS PRESETS)
    set(junit "${tasks_root}/build/${preset}/junit.xml")
    file(REMOVE "${junit}")
    # Without debug information, because it takes 40 % of the compile time and is useless unless a test fails.
    tasks_run(broken "${CMAKE_COMMAND}" --preset ${preset} -DCMAKE_CXX_FLAGS_DEBUG=-g0 -DTASKS_LINT=${LINT}
        -DTASKS_FUZZ_SECONDS=${FUZZ_SECONDS})
    if(NOT broken)
        tasks_run(broken "${CMAKE_COMMAND}" --build --preset ${preset} --parallel ${tasks_cores})
    endif()
    if(NOT broken)
        tasks_run(red "${CMAKE_CTEST_COMMAND}" --preset ${preset} --parallel ${tasks_cores}
            --output-junit "${junit}")
        if(EXISTS "${junit}")
            file(READ "${junit}" report)
            string(REGEX MATCH "<testsuite[^>]*>" report "${report}")
        else()
            set(broken TRUE)
        endif()
    endif()
    if(broken)
        math(EXPR failed "${failed} + 1")
        message(SEND_ERROR "The preset ${preset} did not get as far as its tests.")
    else()
        foreach(what IN ITEMS tests failures disabled skipped)
            string(REGEX REPLACE ".*[^a-z]${what}=\"([0-9]+)\".*" "\\1" ${what} "${report}")
        endforeach()
        math(EXPR passed "${passed} + ${tests} - ${failures} - ${disabled} - ${skipped}")
        math(EXPR failed "${failed} + ${failures}")
        if(red)
            message(SEND_ERROR "The preset ${preset} failed: see above.")
        endif()
    endif()
    set(LINT OFF)
endforeach()

if(passed EQUAL 0 AND failed EQUAL 0)
    message(SEND_ERROR "No test ran.")
endif()
tasks_print("${passed} passed, ${failed} failed")
