# SPDX-License-Identifier: MIT
# One negative compile test; see CMakeLists.txt.
cmake_minimum_required(VERSION 3.23)

file(STRINGS "${SNIPPET}" wanted REGEX "^// error: ")
if(NOT wanted)
    message(FATAL_ERROR "${SNIPPET} has no line \"// error: …\"")
endif()

execute_process(COMMAND ${COMPILE} "${SNIPPET}" RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "The correct form does not compile:\n${errors}")
endif()

execute_process(COMMAND ${COMPILE} -DWRONG "${SNIPPET}" RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
    message(FATAL_ERROR "The wrong form compiles.")
endif()
foreach(line IN LISTS wanted)
    string(REPLACE "// error: " "" line "${line}")
    string(FIND "${errors}" "${line}" position)
    if(position EQUAL -1)
        message(FATAL_ERROR "The compiler does not say \"${line}\":\n${errors}")
    endif()
endforeach()
