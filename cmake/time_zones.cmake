# SPDX-License-Identifier: MIT
# Sets tasks_time_zones to std, date or none, according to TASKS_TIME_ZONES.

set(tasks_time_zones ${TASKS_TIME_ZONES})

# tasks_date_problem(<variable>): sets <variable> to the reason why the date library cannot be used, or to
# empty
function(tasks_date_problem variable)
    set(${variable} PARENT_SCOPE)
    if(NOT TARGET date::date-tz)
        set(${variable} "the package date is not installed (Debian: libhowardhinnant-date-dev)" PARENT_SCOPE)
        return()
    endif()
    get_target_property(imported date::date-tz IMPORTED)
    if(NOT imported)
        return() # built in the same project, with the same compiler
    endif()
    # Links a program, because find_package also finds a library built for another standard library or
    # processor.
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS "${CMAKE_CXX20_STANDARD_COMPILE_OPTION}")
    set(CMAKE_REQUIRED_LIBRARIES date::date-tz)
    check_cxx_source_compiles("
        #include <date/tz.h>
        int main() { return date::locate_zone(\"UTC\")->name().empty(); }" TASKS_DATE_LINKS)
    if(NOT TASKS_DATE_LINKS)
        set(${variable} "a program does not link with the installed package date, because it was built for \
another standard library or processor" PARENT_SCOPE)
    endif()
endfunction()

if(TASKS_TIME_ZONES MATCHES "^(AUTO|std)$")
    include(CheckCXXSourceCompiles)
    set(CMAKE_REQUIRED_FLAGS "${CMAKE_CXX20_STANDARD_COMPILE_OPTION}")
    check_cxx_source_compiles("
        #include <version>
        #if !defined(__cpp_lib_chrono) || __cpp_lib_chrono < 201907L
        #error no time zone database in std::chrono
        #endif
        int main() {}" TASKS_STD_HAS_TIME_ZONES)
    unset(CMAKE_REQUIRED_FLAGS)
    if(TASKS_STD_HAS_TIME_ZONES)
        set(tasks_time_zones std)
    elseif(TASKS_TIME_ZONES STREQUAL "std")
        message(FATAL_ERROR
            "TASKS_TIME_ZONES=std: this standard library has no time zone database; use date or none")
    endif()
endif()

if(tasks_time_zones MATCHES "^(AUTO|date)$")
    find_package(date CONFIG QUIET)
    tasks_date_problem(date_problem)
    if(NOT date_problem)
        set(tasks_time_zones date)
    elseif(TASKS_TIME_ZONES STREQUAL "date")
        message(FATAL_ERROR "TASKS_TIME_ZONES=date: ${date_problem}")
    else()
        set(tasks_time_zones none)
    endif()
endif()

if(NOT tasks_time_zones MATCHES "^(std|date|none)$")
    message(FATAL_ERROR "TASKS_TIME_ZONES=${TASKS_TIME_ZONES}: must be AUTO, std, date or none")
endif()
if(PROJECT_IS_TOP_LEVEL)
    message(STATUS "Named time zones from: ${tasks_time_zones}")
endif()
