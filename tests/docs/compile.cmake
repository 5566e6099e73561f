# SPDX-License-Identifier: MIT
# Compiles the blocks of C++ in one document, with the headers that they include and no others; see
# CMakeLists.txt.
cmake_minimum_required(VERSION 3.23)

file(READ "${DOCUMENT}" text)

# ---- blocks
set(includes)
set(assumed)
set(code)
set(programs)
set(number 0)
set(line 1)
string(FIND "${text}" "\n```cpp" begin)
while(NOT begin EQUAL -1)
    string(SUBSTRING "${text}" 0 ${begin} before)
    math(EXPR begin "${begin} + 7")
    string(SUBSTRING "${text}" ${begin} -1 text)
    string(FIND "${text}" "\n" first)
    string(SUBSTRING "${text}" 0 ${first} info)
    string(FIND "${text}" "\n```\n" end)
    if(end EQUAL -1)
        message(FATAL_ERROR "${DOCUMENT}: block ${number} has no end")
    endif()
    math(EXPR length "${end} - ${first}")
    string(SUBSTRING "${text}" ${first} ${length} block)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${text}" ${end} -1 text)

    string(REGEX REPLACE "[^\n]" "" newlines "${before}\n")
    string(LENGTH "${newlines}" lines)
    math(EXPR line "${line} + ${lines}") # of the ``` that opens the block
    math(EXPR code_line "${line} + 1")
    if(info STREQUAL " program")
        file(WRITE "${OUTPUT}_program_${number}.cpp" "#line ${code_line} \"${DOCUMENT}\"${block}\n")
        list(APPEND programs "${OUTPUT}_program_${number}")
        set(block_includes)
    else()
        string(REGEX MATCHALL "#include [^\n]*" block_includes "${block}")
        list(APPEND includes ${block_includes})
    endif()
    string(REGEX REPLACE "#include [^\n]*" "" statements "${block}")
    if(info STREQUAL " assumed")
        string(APPEND assumed "#line ${code_line} \"${DOCUMENT}\"${statements}\n")
    elseif(info STREQUAL " top")
        string(APPEND code "namespace block_${number} {\n"
            "#line ${code_line} \"${DOCUMENT}\"${statements}\n}\n")
    elseif(info STREQUAL "")
        string(APPEND code "namespace block_${number} {\n"
            "asio::awaitable<void> body(asio::io_context& io)\n{\n"
            "#line ${code_line} \"${DOCUMENT}\"${statements}\nco_return;\n}\n}\n")
    elseif(NOT info STREQUAL " program")
        message(FATAL_ERROR
            "${DOCUMENT}:${line}: ```cpp${info}: only \"top\", \"program\" or \"assumed\" may follow cpp")
    endif()
    string(REGEX REPLACE "[^\n]" "" newlines "${block}\n")
    string(LENGTH "${newlines}" lines)
    math(EXPR line "${line} + ${lines}")

    math(EXPR number "${number} + 1")
    string(FIND "${text}" "\n```cpp" begin)
endwhile()
if(number EQUAL 0)
    message(FATAL_ERROR "${DOCUMENT} has no block of C++")
endif()

# ---- programs
foreach(program IN LISTS programs)
    execute_process(COMMAND ${COMPILE_PROGRAM} "${program}.cpp" -o "${program}" COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND "${program}" OUTPUT_VARIABLE printed TIMEOUT 60 COMMAND_ERROR_IS_FATAL ANY)
    if(printed STREQUAL "")
        message(FATAL_ERROR "${DOCUMENT}: the program prints nothing")
    endif()
endforeach()

# ---- the other blocks
list(REMOVE_DUPLICATES includes)
list(JOIN includes "\n" includes)
file(READ "${PROLOGUE}" prologue)
file(WRITE "${OUTPUT}.cpp" "${includes}\n${assumed}${prologue}${code}")
execute_process(COMMAND ${COMPILE} "${OUTPUT}.cpp" RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "${errors}")
endif()
message(STATUS "${number} blocks compile")
