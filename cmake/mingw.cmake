# SPDX-License-Identifier: MIT
# Toolchain file of the preset mingw: Windows, with Debian's mingw-w64 (g++-mingw-w64-x86-64-posix). The
# programs run under wine (wine64) and are linked statically, so that they need nothing else.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_CROSSCOMPILING_EMULATOR /usr/lib/wine/wine64)

set(CMAKE_CXX_FLAGS_INIT "-D_WIN32_WINNT=0x0A00 -Wa,-mbig-obj")
set(CMAKE_EXE_LINKER_FLAGS_INIT -static)

# Uses header-only libraries of the host by links, because their folder also has the host's C library.
set(tasks_foreign_headers "${CMAKE_CURRENT_LIST_DIR}/../build/mingw-headers")
file(MAKE_DIRECTORY "${tasks_foreign_headers}")
foreach(name IN ITEMS asio asio.hpp catch2)
    if(NOT EXISTS "${tasks_foreign_headers}/${name}")
        file(CREATE_LINK "/usr/include/${name}" "${tasks_foreign_headers}/${name}" SYMBOLIC)
    endif()
endforeach()
set(asio_INCLUDE_DIR "${tasks_foreign_headers}" CACHE PATH "")
