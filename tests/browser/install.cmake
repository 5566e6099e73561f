# SPDX-License-Identifier: MIT
# Installs the packages of package-lock.json, unless they are installed.
#
#   cmake -DNPM=npm -DTO=FOLDER -P install.cmake
cmake_minimum_required(VERSION 3.23)

set(lock "${CMAKE_CURRENT_LIST_DIR}/package-lock.json")
set(installed "${TO}/package-lock.json") # copied last
if(EXISTS "${installed}")
    file(SHA256 "${lock}" wanted)
    file(SHA256 "${installed}" there)
    if(wanted STREQUAL there)
        return()
    endif()
endif()

file(REMOVE_RECURSE "${TO}")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/package.json" "${lock}" DESTINATION "${TO}/new")
execute_process(COMMAND "${NPM}" ci --ignore-scripts --no-audit --no-fund --fetch-retries=1
    WORKING_DIRECTORY "${TO}/new" INPUT_FILE /dev/null
    RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
message("${output}")
if(failed)
    if(output MATCHES "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH")
        message("npm reaches no registry, so the tests that need it are skipped.")
        return()
    endif()
    message(FATAL_ERROR "npm ci failed")
endif()
file(RENAME "${TO}/new/node_modules" "${TO}/node_modules")
file(RENAME "${TO}/new/package.json" "${TO}/package.json")
file(RENAME "${TO}/new/package-lock.json" "${installed}")
