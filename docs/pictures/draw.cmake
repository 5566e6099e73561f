# SPDX-License-Identifier: MIT
# Writes the output of a program to a picture, or checks that the picture is the output.
#
#   cmake -DPROGRAM=… [-DARGUMENTS=…] -DPICTURE=… [-DCHECK=ON -DBUILD=…] -P draw.cmake
cmake_minimum_required(VERSION 3.23)

execute_process(COMMAND "${PROGRAM}" ${ARGUMENTS} OUTPUT_VARIABLE drawn COMMAND_ERROR_IS_FATAL ANY)
if(NOT CHECK)
    file(WRITE "${PICTURE}" "${drawn}")
    return()
endif()

set(picture "")
if(EXISTS "${PICTURE}")
    file(READ "${PICTURE}" picture)
endif()
if(picture STREQUAL drawn)
    return()
endif()

# first_line(<variable>): takes the first line off a text
macro(first_line variable)
    string(FIND "${${variable}}" "\n" end)
    string(SUBSTRING "${${variable}}" 0 ${end} ${variable}_line)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${${variable}}" ${end} -1 ${variable})
endmacro()

# The description in the picture says in words what changed, so the first lines that differ tell most of it,
# except for the size in line 1.
set(number 0)
set(picture_line "")
set(drawn_line "")
string(APPEND picture "\n")
string(APPEND drawn "\n")
while(picture_line STREQUAL drawn_line AND NOT picture STREQUAL "" AND NOT drawn STREQUAL "")
    first_line(picture)
    first_line(drawn)
    math(EXPR number "${number} + 1")
    if(number EQUAL 1 AND picture_line MATCHES "^<svg " AND drawn_line MATCHES "^<svg ")
        set(drawn_line "${picture_line}")
    endif()
endwhile()
cmake_path(GET PICTURE FILENAME name)
message(NOTICE "${name} is not what its program draws now, for example in line ${number}:
  in the file:  ${picture_line}
  drawn now:    ${drawn_line}
If loops should behave as they do now, draw the pictures again, look at them, and commit them:
  cmake --build ${BUILD} --target pictures")
message(FATAL_ERROR "${PICTURE} differs")
