# SPDX-License-Identifier: MIT
# Shared by demo.cmake and check.cmake: script arguments, and the installation of missing packages.

# tasks_script_arguments(<NAME>…): reads -D<NAME>=value before or after "-P script" (CMake itself reads only
# those before). A list may be written with commas, which need no quoting in a shell.
function(tasks_script_arguments)
    math(EXPR last "${CMAKE_ARGC} - 1")
    foreach(i RANGE ${last})
        foreach(name IN LISTS ARGN)
            if("${CMAKE_ARGV${i}}" MATCHES "^-D${name}(:[A-Z]+)?=(.*)$")
                set(${name} "${CMAKE_MATCH_2}")
            endif()
        endforeach()
    endforeach()
    foreach(name IN LISTS ARGN)
        string(REPLACE "," ";" ${name} "${${name}}")
        set(${name} "${${name}}" PARENT_SCOPE)
    endforeach()
endfunction()

# tasks_print(<text>): prints a line to standard output, because message() writes to standard error
function(tasks_print text)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E echo "${text}")
endfunction()

# One row per Debian package: group that needs it | package | a header or program in it | purpose
set(tasks_packages
    "demo|libasio-dev|asio/version.hpp|standalone Asio, which the library is built on"
    "demo|libfmt-dev|fmt/format.h|the examples print with fmt"
    "tests|catch2|catch2/catch.hpp catch2/catch_test_macros.hpp|the test framework"
    "tests|nlohmann-json3-dev|nlohmann/json.hpp|the conformance cases are JSON"
    "tests|libhowardhinnant-date-dev|date/tz.h|named time zones, which g++ 12 lacks in std::chrono"
    "tests|tzdata|/usr/share/zoneinfo/Europe/Berlin|the time zone database"
    "tests|redis-server|redis-server|the server for the Redis example and a test"
    "tests|faketime|faketime|one test sets the clock of a running program"
    "tests|libcpp-httplib-dev|httplib.h|the example with a status page is a web server"
    "tests|pkg-config|pkg-config|one of the consumer projects finds the library with it"
    "tests|prometheus-cpp-dev|prometheus/exposer.h|the adapter for metrics is built on it"
    "tests|libspdlog-dev|spdlog/spdlog.h|one of the examples logs with it"
    "asan|clang-19|clang++-19|the preset asan"
    "asan|libclang-rt-19-dev|/usr/lib/llvm-19/lib/clang/19/include/fuzzer/FuzzedDataProvider.h\
|the sanitizers of clang"
    "clang|clang-19|clang++-19|the preset clang"
    "clang-ubsan|clang-19|clang++-19|the preset clang-ubsan"
    "clang-ubsan|libclang-rt-19-dev|/usr/lib/llvm-19/lib/clang/19/include/fuzzer/FuzzedDataProvider.h\
|the sanitizers of clang"
    "compilers|clang-14|clang++-14|a compiler that Debian 12 has"
    "compilers|clang-16|clang++-16|a compiler that Debian 12 has"
    "compilers|clang-19|clang++-19|a compiler that Debian 12 has"
    "compilers|libc++-19-dev|/usr/lib/llvm-19/include/c++/v1/version|clang's own standard library"
    "compilers|libc++abi-19-dev|/usr/lib/llvm-19/lib/libc++abi.so|the ABI library of clang's standard library"
    "compilers|g++-12-multilib|/usr/lib/gcc/x86_64-linux-gnu/12/32/libstdc++.a|its 32-bit standard library"
    "fuzz|clang-19|clang++-19|the preset fuzz"
    "fuzz|libclang-rt-19-dev|/usr/lib/llvm-19/lib/clang/19/include/fuzzer/FuzzedDataProvider.h\
|libFuzzer and the sanitizers of clang"
    "mingw|g++-mingw-w64-x86-64-posix|x86_64-w64-mingw32-g++-posix|the preset mingw"
    "mingw|wine64|/usr/lib/wine/wine64|runs the programs of the preset mingw"
    "bench|valgrind|valgrind|counts the instructions of an iteration"
    "bench|libbenchmark-dev|benchmark/benchmark.h|the timings are Google Benchmarks"
    "boost|libboost1.81-dev|boost/asio.hpp|the preset boost"
    "browser|chromium|chromium|the browser that looks at the status page"
    "browser|nodejs|node|runs the script that drives the browser"
    "browser|npm|npm|installs what drives the browser"
    "lint|clang-format-19|clang-format-19|checks the format (pinned: each version formats differently)"
    "lint|clang-tidy-19|clang-tidy-19|checks the code"
    "lint|prometheus|promtool|judges the metrics, alerts and dashboard (not in tests: it is a server, too)"
    "lint|python3|python3|compares the reference with the headers")

# tasks_is_there(<variable> <file>): sets <variable> to whether a header (with a slash or .h), a program or an
# absolute file exists
function(tasks_is_there variable file)
    set(found)
    if(IS_ABSOLUTE "${file}")
        if(EXISTS "${file}")
            set(found ON)
        endif()
    elseif(file MATCHES "/|[.]h$")
        set(prefixes ${CMAKE_PREFIX_PATH} $ENV{CMAKE_PREFIX_PATH} /usr /usr/local /opt/homebrew)
        list(TRANSFORM prefixes APPEND /include)
        find_path(found "${file}" PATHS ${prefixes} NO_CACHE NO_DEFAULT_PATH)
    else()
        find_program(found "${file}" NO_CACHE)
    endif()
    set(${variable} ${found} PARENT_SCOPE)
endfunction()

# tasks_missing(<variable> <group>…): sets <variable> to the missing packages of these groups, and prints them
function(tasks_missing variable)
    set(missing)
    foreach(row IN LISTS tasks_packages)
        string(REPLACE "|" ";" row "${row}")
        list(GET row 0 group)
        list(GET row 1 package)
        list(GET row 2 files)
        list(GET row 3 purpose)
        if(group IN_LIST ARGN)
            separate_arguments(files)
            set(there)
            foreach(file IN LISTS files)
                if(NOT there)
                    tasks_is_there(there "${file}")
                endif()
            endforeach()
            if(NOT there)
                tasks_print("missing: ${package} (${purpose})")
                list(APPEND missing ${package})
            endif()
        endif()
    endforeach()

    # Any build tool will do; ninja is installed if there is none.
    tasks_is_there(ninja ninja)
    tasks_is_there(make make)
    if(NOT ninja AND NOT make)
        tasks_print("missing: ninja-build (or make)")
        list(APPEND missing ninja-build)
    endif()
    set(${variable} ${missing} PARENT_SCOPE)
endfunction()

# tasks_setup(<group>…): installs the missing packages of these groups with apt if that needs no password;
# otherwise stops and lists them
function(tasks_setup)
    tasks_missing(missing ${ARGN})
    if(missing)
        tasks_install(${missing})
        # Judges by what is there now, because apt-get also fails if the service that a package brings does
        # not start, and none is needed.
        tasks_missing(missing ${ARGN})
        if(missing)
            message(FATAL_ERROR "Not all of the packages could be installed (see above).")
        endif()
    endif()
endfunction()

# tasks_install(<package>…): installs Debian packages
function(tasks_install)
    list(JOIN ARGN " " names)
    set(advice "please install (Debian's names): ${names}\n  apt-get update && apt-get install ${names}")

    find_program(apt apt-get NO_CACHE)
    if(NOT apt)
        message(FATAL_ERROR "There is no apt-get; ${advice}")
    endif()
    set(as_root)
    execute_process(COMMAND id -u OUTPUT_VARIABLE uid OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT uid EQUAL 0)
        set(as_root sudo -n) # -n: never asks for a password
        execute_process(COMMAND ${as_root} true RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
        if(NOT refused EQUAL 0)
            message(FATAL_ERROR "Installing needs root, or sudo without a password; as root, ${advice}")
        endif()
    endif()

    tasks_print("installing: ${names}")
    set(apt ${as_root} env DEBIAN_FRONTEND=noninteractive ${apt} -q -y)
    execute_process(COMMAND ${apt} update RESULT_VARIABLE failed INPUT_FILE /dev/null OUTPUT_QUIET)
    if(failed EQUAL 0)
        execute_process(COMMAND ${apt} install --no-install-recommends ${ARGN}
            RESULT_VARIABLE failed INPUT_FILE /dev/null OUTPUT_QUIET)
    endif()
    if(NOT failed EQUAL 0)
        message(NOTICE "apt-get failed (see above); ${advice}")
    endif()
endfunction()

# tasks_build_environment(): sets the environment of a configure run: Ninja and ccache if they are installed
function(tasks_build_environment)
    tasks_is_there(ninja ninja)
    if(ninja AND NOT DEFINED ENV{CMAKE_GENERATOR})
        set(ENV{CMAKE_GENERATOR} Ninja)
    endif()
    tasks_is_there(ccache ccache)
    if(ccache AND NOT DEFINED ENV{CMAKE_CXX_COMPILER_LAUNCHER})
        set(ENV{CMAKE_CXX_COMPILER_LAUNCHER} ccache)
        set(ENV{CCACHE_SLOPPINESS} "pch_defines,time_macros") # otherwise it rejects precompiled headers
    endif()
endfunction()

# tasks_run(<variable> <command>…): prints the command, runs it, and sets <variable> to whether it failed
function(tasks_run variable)
    list(JOIN ARGN " " line)
    tasks_print("+ ${line}")
    execute_process(COMMAND ${ARGN}
        RESULT_VARIABLE result WORKING_DIRECTORY "${tasks_root}" INPUT_FILE /dev/null)
    if(result EQUAL 0)
        set(${variable} FALSE PARENT_SCOPE)
    else()
        set(${variable} TRUE PARENT_SCOPE)
    endif()
endfunction()

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tasks_root)
cmake_host_system_information(RESULT tasks_cores QUERY NUMBER_OF_LOGICAL_CORES)
