# SPDX-License-Identifier: MIT
# Defines asio::asio: the target of the parent project, or else from Asio's own CMake package (vcpkg, conan),
# or else from Findasio.cmake in this folder. Used by the build and by the installed package. Sets
# tasks_asio_missing to an error text if there is no Asio.

set(tasks_asio_missing)
if(NOT TARGET asio::asio AND NOT asio_INCLUDE_DIR)
    find_package(asio CONFIG QUIET) # without a version, because some packages state none; asio.hpp checks
endif()
if(NOT TARGET asio::asio)
    list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")
    find_package(asio 1.22 MODULE QUIET)
    list(POP_FRONT CMAKE_MODULE_PATH)
endif()
if(NOT TARGET asio::asio)
    set(tasks_asio_missing
        "tasks needs standalone Asio 1.22 or newer (Debian and Ubuntu: libasio-dev; vcpkg: asio; conan: \
asio). If it is in an unusual place, set asio_INCLUDE_DIR to the folder that contains asio.hpp, or add its \
prefix to CMAKE_PREFIX_PATH.")
    if(asio_VERSION)
        string(APPEND tasks_asio_missing " Found: ${asio_VERSION} in ${asio_INCLUDE_DIR}.")
    endif()
endif()
