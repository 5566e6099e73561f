# SPDX-License-Identifier: MIT
# One negative compile test; see CMakeLists.txt.
cmake_minimum_required(VERSION 3.23)

# value_of(<variable> <key> <default>): the value in the snippet's line "// key: …", or the default
function(value_of variable key default)
    file(STRINGS "${SNIPPET}" line LIMIT_COUNT 1 REGEX "^// ${key}: ")
    string(REGEX REPLACE "^// ${key}: " "" line "${line}")
    if(line STREQUAL "")
        set(line "${default}")
    endif()
    set(${variable} "${line}" PARENT_SCOPE)
endfunction()

value_of(wanted error "")
value_of(forms forms 1)
value_of(within within 20)
value_of(flags flags "")
separate_arguments(flags)
if(NOT wanted)
    message(FATAL_ERROR "${SNIPPET} has no line \"// error: …\"")
endif()
string(REPLACE " | " ";" wanted "${wanted}")

# line_of(<variable> <text>): the number of the first line of ${errors} that holds the text, or NOTFOUND
function(line_of variable text)
    string(FIND "${errors}" "${text}" position)
    if(position EQUAL -1)
        set(${variable} NOTFOUND PARENT_SCOPE)
        return()
    endif()
    string(SUBSTRING "${errors}" 0 ${position} before)
    string(REGEX REPLACE "[^\n]" "" before "${before}")
    string(LENGTH "${before}" line)
    math(EXPR line "${line} + 1")
    set(${variable} ${line} PARENT_SCOPE)
endfunction()

if(flags) # otherwise compile_fail.right compiles the right form
    execute_process(COMMAND ${COMPILE} "${SNIPPET}" RESULT_VARIABLE result ERROR_VARIABLE errors)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "The right form does not compile:\n${errors}")
    endif()
endif()

foreach(form RANGE 1 ${forms})
    execute_process(COMMAND ${COMPILE} ${flags} -DWRONG=${form} "${SNIPPET}"
        RESULT_VARIABLE result ERROR_VARIABLE errors)
    if(result EQUAL 0)
        message(FATAL_ERROR "The wrong form ${form} compiles.")
    endif()
    set(said)
    foreach(text IN LISTS wanted)
        line_of(line "${text}")
        if(line AND line LESS_EQUAL within)
            set(said ON)
        endif()
    endforeach()
    if(NOT said)
        message(FATAL_ERROR
            "For the wrong form ${form}, the compiler prints none of \"${wanted}\" in its first ${within} \
lines:\n${errors}")
    endif()
endforeach()
