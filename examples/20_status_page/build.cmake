# SPDX-License-Identifier: MIT
# What this example needs besides its sources: an HTTP server, JSON, and its page as a source.
find_package(PkgConfig)
if(PkgConfig_FOUND)
    pkg_check_modules(cpp-httplib IMPORTED_TARGET cpp-httplib)
endif()
if(NOT cpp-httplib_FOUND OR NOT TARGET nlohmann_json::nlohmann_json)
    message(STATUS "No example ${name}: it needs cpp-httplib and nlohmann/json "
        "(Debian: libcpp-httplib-dev nlohmann-json3-dev)")
    set(skip ON)
    return()
endif()
list(APPEND libraries PkgConfig::cpp-httplib nlohmann_json::nlohmann_json)
if(TARGET tasks::prometheus AND TARGET prometheus-cpp::core) # otherwise there is no /metrics
    list(APPEND libraries tasks::prometheus)
    list(APPEND definitions EXAMPLE_WITH_PROMETHEUS)
endif()

set(page "${CMAKE_CURRENT_BINARY_DIR}/${entry}/page.cpp")
file(GLOB page_files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${entry}/page/*")
add_custom_command(OUTPUT "${page}"
    COMMAND "${CMAKE_COMMAND}" "-DPAGE=${CMAKE_CURRENT_SOURCE_DIR}/${entry}/page" "-DOUTPUT=${page}"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/${entry}/embed.cmake"
    DEPENDS ${page_files} "${CMAKE_CURRENT_SOURCE_DIR}/${entry}/embed.cmake"
    VERBATIM)
list(APPEND sources "${page}")
list(APPEND includes "${CMAKE_CURRENT_SOURCE_DIR}/${entry}") # for the source in the build tree
