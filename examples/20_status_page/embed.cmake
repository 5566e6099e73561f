# SPDX-License-Identifier: MIT
# Puts the page into the program: writes C++ that defines what page.hpp declares.
#
#   cmake -DPAGE=…/page -DOUTPUT=page.cpp -P embed.cmake
#
# The styles and scripts go into the HTML, so that the page is one file; the content security policy names
# their hashes, so that the browser runs these and nothing else.
cmake_minimum_required(VERSION 3.23)

# base64_sha256(<variable> <text>): the hash as a content security policy wants it
function(base64_sha256 variable text)
    set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
    string(SHA256 hex "${text}")
    set(base64)
    foreach(i RANGE 0 63 6) # three bytes are four digits
        string(SUBSTRING "${hex}0000" ${i} 6 bytes)
        foreach(shift IN ITEMS 18 12 6 0)
            math(EXPR digit "(0x${bytes} >> ${shift}) & 63")
            string(SUBSTRING ${alphabet} ${digit} 1 digit)
            string(APPEND base64 ${digit})
        endforeach()
    endforeach()
    string(SUBSTRING ${base64} 0 43 base64) # of 32 bytes
    set(${variable} "sha256-${base64}=" PARENT_SCOPE)
endfunction()

file(GLOB scripts "${PAGE}/*.js") # in the order of their names
file(READ "${PAGE}/style.css" style)
set(script "'use strict';\n")
foreach(file IN LISTS scripts)
    file(READ "${file}" part)
    string(APPEND script "${part}")
endforeach()
base64_sha256(style_hash "${style}")
base64_sha256(script_hash "${script}")

file(READ "${PAGE}/index.html" html)
string(REPLACE "@style@" "${style}" html "${html}")
string(REPLACE "@script@" "${script}" html "${html}")
string(CONCAT policy "default-src 'none'; style-src '${style_hash}'; script-src '${script_hash}'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'")

foreach(text IN ITEMS html policy)
    if("${${text}}" MATCHES "\\)page\"")
        message(FATAL_ERROR "The ${text} contains the end of the literal that it is put into.")
    endif()
endforeach()
file(WRITE "${OUTPUT}" "// Made by embed.cmake.\n#include \"page.hpp\"\n\n"
    "std::string_view const page::html = R\"page(${html})page\";\n"
    "std::string_view const page::policy = R\"page(${policy})page\";\n")
