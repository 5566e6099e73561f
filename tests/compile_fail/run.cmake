# SPDX-License-Identifier: MIT
# One negative compile test; see CMakeLists.txt.
cmake_minimum_required(VERSION 3.23)

file(STRINGS "${SNIPPET}" wanted REGEX "^// error: ")
if(NOT wanted)
    message(FATAL_ERROR "${SNIPPET} has no line \"// error: …\"")
endif()
string(REPLACE "// error: " "" wanted "${wanted}")
string(REPLACE " | " ";" wanted "${wanted}")

execute_process(COMMAND ${COMPILE} "${SNIPPET}" RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "The correct form does not compile:\n${errors}")
endif()

execute_process(COMMAND ${COMPILE} -DWRONG "${SNIPPET}" RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
    message(FATAL_ERROR "The wrong form compiles.")
endif()
foreach(text IN LISTS wanted)
    string(FIND "${errors}" "${text}" position)
    if(NOT position EQUAL -1)
        return()
    endif()
endforeach()
message(FATAL_ERROR "The compiler does not say any of \"${wanted}\":\n${errors}")
