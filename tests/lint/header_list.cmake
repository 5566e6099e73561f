# SPDX-License-Identifier: MIT
# Compares the list in cmake/headers.cmake with the files under include/.
cmake_minimum_required(VERSION 3.23)

set(root "${CMAKE_CURRENT_LIST_DIR}/../..")
include("${root}/cmake/headers.cmake")
file(GLOB_RECURSE there RELATIVE "${root}/include" "${root}/include/*")

set(unlisted ${there})
list(REMOVE_ITEM unlisted ${tasks_headers})
set(gone ${tasks_headers})
list(REMOVE_ITEM gone ${there})
if(unlisted OR gone)
    message(FATAL_ERROR "cmake/headers.cmake and include/ differ.
  not in the list: ${unlisted}
  not in the folder: ${gone}")
endif()
