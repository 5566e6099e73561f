# SPDX-License-Identifier: MIT
# Reads the version from include/tasks/version.hpp, its only source.

# tasks_read_version(<variable>): sets <variable> to MAJOR.MINOR.PATCH
function(tasks_read_version variable)
    set(header "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../include/tasks/version.hpp")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
    file(STRINGS "${header}" lines REGEX "^#define TASKS_VERSION_(MAJOR|MINOR|PATCH) [0-9]+$")
    list(LENGTH lines count)
    if(NOT count EQUAL 3)
        message(FATAL_ERROR
            "${header}: found ${count} of the lines #define TASKS_VERSION_{MAJOR,MINOR,PATCH} number")
    endif()
    list(TRANSFORM lines REPLACE ".* " "")
    list(JOIN lines "." version)
    set(${variable} ${version} PARENT_SCOPE)
endfunction()
