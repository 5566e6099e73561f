# SPDX-License-Identifier: MIT
# Two files of a program do not link if they differ in the version of Asio, or in a macro that changes the
# meaning of the library. The linker names the form of the library that it looks for. A file that differs from
# the compiled library does not compile, and the compiler names both.
cmake_minimum_required(VERSION 3.23)

set(folder "${CMAKE_CURRENT_BINARY_DIR}/mixed")
file(WRITE "${folder}/boost/boost/asio/version.hpp" "#define BOOST_ASIO_VERSION 102201\n")
file(WRITE "${folder}/other/asio/version.hpp" "#define ASIO_VERSION 109999\n")
file(WRITE "${folder}/giver.cpp" [[
#include <tasks/time/time_of_day.hpp>
void take(tasks::time_of_day t);
int main() { take(tasks::time_of_day{}); }
]])
file(WRITE "${folder}/taker.cpp" [[
#include <tasks/time/time_of_day.hpp>
void take(tasks::time_of_day t) { static_cast<void>(t); }
]])

function(compile file)
    execute_process(COMMAND "${COMPILER}" ${FLAGS} ${ARGN} -c "${folder}/${file}.cpp" -o "${folder}/${file}.o"
        COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(link result errors)
    execute_process(
        COMMAND "${COMPILER}" ${FLAGS} "${folder}/giver.o" "${folder}/taker.o" -o "${folder}/mixed"
        RESULT_VARIABLE _result ERROR_VARIABLE _errors)
    set(${result} "${_result}" PARENT_SCOPE)
    set(${errors} "${_errors}" PARENT_SCOPE)
endfunction()

compile(giver -DTASKS_NO_TIME_ZONES)
compile(taker -DTASKS_NO_TIME_ZONES)
link(result errors)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "Two files with the same macros do not link:\n${errors}")
endif()

foreach(difference IN ITEMS
        "-DTASKS_USE_DATE"
        "-DTASKS_NO_TIME_ZONES;-DTASKS_PUBLIC_ASIO_ONLY"
        "-DTASKS_NO_TIME_ZONES;-DTASKS_CHECK_LOCKS"
        "-DTASKS_NO_TIME_ZONES;-I${folder}/other"
        "-DTASKS_NO_TIME_ZONES;-DTASKS_USE_BOOST_ASIO;-I${folder}/boost")
    compile(taker ${difference})
    link(result errors)
    if(result EQUAL 0)
        message(FATAL_ERROR "They link, although one was compiled with ${difference}.")
    endif()
    if(NOT errors MATCHES "tasks::v0_asio[0-9]+_no_zones::time_of_day")
        message(FATAL_ERROR "The linker does not name what it looks for:\n${errors}")
    endif()
endforeach()

execute_process(COMMAND "${COMPILER}" ${FLAGS} -DTASKS_NO_TIME_ZONES
        -DTASKS_SEPARATE_COMPILATION -DTASKS_COMPILED_AS=v0_asio109999_date -fsyntax-only
            "${folder}/giver.cpp"
    RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0
        OR NOT errors MATCHES
            "compiled as v0_asio109999_date, but this file is compiled as v0_asio[0-9]+_no_zones;")
    message(FATAL_ERROR "The compiler does not name both forms:\n${errors}")
endif()
