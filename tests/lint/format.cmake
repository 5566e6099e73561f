# SPDX-License-Identifier: MIT
# Checks that clang-format would change nothing.
cmake_minimum_required(VERSION 3.23)

set(root "${CMAKE_CURRENT_LIST_DIR}/../..")
set(files)
foreach(folder IN ITEMS include src tests examples bench docs)
    file(GLOB_RECURSE more "${root}/${folder}/*.hpp" "${root}/${folder}/*.ipp" "${root}/${folder}/*.cpp")
    list(APPEND files ${more})
endforeach()
execute_process(COMMAND "${CLANG_FORMAT}" --dry-run -Werror ${files} COMMAND_ERROR_IS_FATAL ANY)
