# SPDX-License-Identifier: MIT
# Makes asio::asio, from what the parent project has, else Asio's own CMake package (vcpkg, conan), else Findasio.cmake beside this file.
# Shared by the build and by the installed package. Sets tasks_asio_missing to an error text where there is none.

set(tasks_asio_missing)
if(NOT TARGET asio::asio AND NOT asio_INCLUDE_DIR)
    find_package(asio CONFIG QUIET) # no version asked for: some of these packages state none; detail/asio.hpp checks
endif()
if(NOT TARGET asio::asio)
    list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")
    find_package(asio 1.22 MODULE QUIET)
    list(POP_FRONT CMAKE_MODULE_PATH)
endif()
if(NOT TARGET asio::asio)
    set(tasks_asio_missing
        "tasks needs standalone Asio 1.22 or newer (Debian and Ubuntu: libasio-dev; vcpkg: asio; conan: asio). If it \
is in an unusual place, set asio_INCLUDE_DIR to the folder that holds asio.hpp, or add its prefix to CMAKE_PREFIX_PATH.")
    if(asio_VERSION)
        string(APPEND tasks_asio_missing " Found: ${asio_VERSION} in ${asio_INCLUDE_DIR}.")
    endif()
endif()
