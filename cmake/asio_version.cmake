# SPDX-License-Identifier: MIT
# The version of an Asio, as its header states it. Shared by the build and by the installed package.

# tasks_read_asio_version(<number> <text> <file>): reads 102201 and 1.22.1, for example, from
# asio/version.hpp or boost/asio/version.hpp
function(tasks_read_asio_version number text file)
    # #define ASIO_VERSION 102201 // 1.22.1
    file(STRINGS "${file}" line REGEX "^#define (BOOST_)?ASIO_VERSION [0-9]+" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9]+" version "${line}")
    math(EXPR major "${version} / 100000")
    math(EXPR minor "${version} / 100 % 1000")
    math(EXPR patch "${version} % 100")
    set(${number} ${version} PARENT_SCOPE)
    set(${text} ${major}.${minor}.${patch} PARENT_SCOPE)
endfunction()

# tasks_asio_version(<number> <text> <header> <target>): the same from that header in an include folder of the
# target. Empty if no folder has it, or if the folders are not known before the build.
function(tasks_asio_version number text header target)
    set(${number} PARENT_SCOPE)
    set(${text} PARENT_SCOPE)
    get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
    foreach(folder IN LISTS folders)
        string(REGEX REPLACE "^\\$<BUILD_INTERFACE:(.*)>$" "\\1" folder "${folder}")
        if(EXISTS "${folder}/${header}")
            tasks_read_asio_version(version words "${folder}/${header}")
            set(${number} ${version} PARENT_SCOPE)
            set(${text} ${words} PARENT_SCOPE)
            return()
        endif()
    endforeach()
endfunction()
