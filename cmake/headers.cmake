# SPDX-License-Identifier: MIT
# Every file under include/, relative to it

file(GLOB_RECURSE tasks_headers RELATIVE "${CMAKE_CURRENT_LIST_DIR}/../include" CONFIGURE_DEPENDS
    "${CMAKE_CURRENT_LIST_DIR}/../include/*.hpp" "${CMAKE_CURRENT_LIST_DIR}/../include/*.ipp")
