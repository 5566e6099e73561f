# SPDX-License-Identifier: MIT
# Checks that each picture of this folder is drawn by a program and is shown by a document, with a text for
# those who do not see it, and that each picture that the program of loops knows is drawn.
#
#   cmake -DDRAWN=name,… -DPROGRAM=… -DLISTED=name,… -P check.cmake
cmake_minimum_required(VERSION 3.23)

string(REPLACE "," ";" drawn "${DRAWN}")
string(REPLACE "," ";" listed "${LISTED}")
set(problems)

execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE known OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" known "${known}")
foreach(name IN LISTS known)
    if(NOT name IN_LIST listed)
        list(APPEND problems "${name} is known to ${PROGRAM}, but not in CMakeLists.txt")
    endif()
endforeach()

cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH docs)
file(GLOB documents "${docs}/*.md" "${docs}/../*.md")
set(texts)
foreach(document IN LISTS documents)
    file(READ "${document}" text)
    string(APPEND texts "${text}")
endforeach()
string(REGEX REPLACE "[ \n]+" " " texts "${texts}")

file(GLOB pictures RELATIVE "${CMAKE_CURRENT_LIST_DIR}" "${CMAKE_CURRENT_LIST_DIR}/*.svg")
if(NOT pictures)
    message(FATAL_ERROR "There is no picture in ${CMAKE_CURRENT_LIST_DIR}")
endif()
foreach(picture IN LISTS pictures)
    cmake_path(GET picture STEM name)
    if(NOT name IN_LIST drawn)
        list(APPEND problems "${picture} is drawn by no program: remove it, or add it to CMakeLists.txt")
    endif()
    if(NOT texts MATCHES "!\\[[^]]+\\]\\((docs/)?pictures/${name}[.]svg\\)")
        list(APPEND problems "${picture} is in no document with a text, as ![text](pictures/${picture}) is")
    endif()
endforeach()

if(problems)
    list(JOIN problems "\n  " problems)
    message(FATAL_ERROR "The pictures:\n  ${problems}")
endif()
