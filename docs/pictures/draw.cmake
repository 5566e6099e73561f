# SPDX-License-Identifier: MIT
# Writes the output of a program to a picture, or checks that the picture is the output.
#
#   cmake -DPROGRAM=… -DPICTURE=… [-DCHECK=ON] -P draw.cmake
cmake_minimum_required(VERSION 3.23)

execute_process(COMMAND "${PROGRAM}" OUTPUT_VARIABLE drawn COMMAND_ERROR_IS_FATAL ANY)
if(NOT CHECK)
    file(WRITE "${PICTURE}" "${drawn}")
    return()
endif()
file(READ "${PICTURE}" picture)
if(NOT picture STREQUAL drawn)
    message(FATAL_ERROR "${PICTURE} is not what its program draws now. If that is right, build the target \
pictures.")
endif()
