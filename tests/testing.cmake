# SPDX-License-Identifier: MIT
# Catch2 tests: tasks_catch_tests(<folder>…)

find_package(Catch2 3 QUIET)
if(Catch2_FOUND)
    add_library(tasks_catch INTERFACE)
    target_link_libraries(tasks_catch INTERFACE Catch2::Catch2WithMain)
else()
    find_package(Catch2 2 REQUIRED)
    if(CMAKE_CROSSCOMPILING) # the package found is the host's, and its folder has the host's C library, too
        set_target_properties(Catch2::Catch2 PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${asio_INCLUDE_DIR}")
    endif()
    add_library(tasks_catch OBJECT support/main_v2.cpp)
    target_link_libraries(tasks_catch PUBLIC Catch2::Catch2 PRIVATE tasks_dev)
    target_compile_features(tasks_catch PRIVATE cxx_std_20)
    if(MINGW) # wmain, because the arguments of main have no UTF-8, and names of tests do
        target_compile_definitions(tasks_catch PRIVATE UNICODE _UNICODE)
        target_link_options(tasks_catch PUBLIC -municode)
    endif()
endif()
include(Catch)

# Precompiled headers halve the compile time. One target builds them for all, so that no folder waits for
# another.
add_library(tests_precompiled OBJECT support/precompiled.cpp)
target_include_directories(tests_precompiled PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(tests_precompiled PRIVATE ${tasks_default_target} tasks_dev tasks_catch)
target_precompile_headers(tests_precompiled PRIVATE <support/catch.hpp> <tasks/tasks.hpp>)

# tasks_catch_tests(<folder>…): every .cpp in a folder becomes part of tests_<folder>, so that no test can be
# forgotten.
function(tasks_catch_tests)
    foreach(folder IN LISTS ARGN)
        tasks_catch_tests_of(${folder})
    endforeach()
endfunction()

function(tasks_catch_tests_of folder)
    file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    if(WIN32) # whose C library has no posix_memalign, which these tests use to replace operator new
        list(FILTER sources EXCLUDE REGEX "/(loop|group|schedule)/allocations[.]cpp$")
    endif()
    if(NOT sources)
        return()
    endif()
    set(target tests_${folder})
    add_executable(${target} ${sources})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}")
    target_link_libraries(${target} PRIVATE ${tasks_default_target} tasks_dev tasks_catch)
    target_precompile_headers(${target} REUSE_FROM tests_precompiled)
    # Compiled together, eight files instantiate a template once, which takes a third of the time. So the
    # names in a folder must differ.
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    catch_discover_tests(${target}
        TEST_PREFIX ${folder}.
        EXTRA_ARGS --warn NoAssertions # a test that checks nothing fails
        PROPERTIES LABELS ${folder} FAIL_REGULAR_EXPRESSION "No test cases matched") # a success for Catch2 2
endfunction()
