# SPDX-License-Identifier: MIT
# Finds standalone Asio if it has no CMake package (Debian, Fedora, Homebrew, a checkout).
#
#   find_package(asio 1.22 MODULE)
#
# Searches the default places and CMAKE_PREFIX_PATH; asio_INCLUDE_DIR overrides them. Defines asio::asio with
# ASIO_STANDALONE, threads, and, for clang with Asio before 1.26, the two macros that enable awaitable.

find_path(asio_INCLUDE_DIR asio/version.hpp DOC "Folder that holds asio.hpp")
mark_as_advanced(asio_INCLUDE_DIR)

if(asio_INCLUDE_DIR)
    include("${CMAKE_CURRENT_LIST_DIR}/asio_version.cmake")
    tasks_read_asio_version(asio_NUMBER asio_VERSION "${asio_INCLUDE_DIR}/asio/version.hpp")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(asio REQUIRED_VARS asio_INCLUDE_DIR VERSION_VAR asio_VERSION)

if(asio_FOUND AND NOT TARGET asio::asio)
    include(CMakeFindDependencyMacro)
    find_dependency(Threads)
    add_library(asio::asio INTERFACE IMPORTED)
    target_include_directories(asio::asio INTERFACE "${asio_INCLUDE_DIR}")
    target_compile_definitions(asio::asio INTERFACE ASIO_STANDALONE)
    target_link_libraries(asio::asio INTERFACE Threads::Threads)
    if(asio_VERSION VERSION_LESS 1.26)
        target_compile_definitions(asio::asio INTERFACE
            "$<$<CXX_COMPILER_ID:Clang,AppleClang>:ASIO_HAS_CO_AWAIT=1;ASIO_HAS_STD_COROUTINE=1>")
    endif()
endif()
