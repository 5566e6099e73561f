# SPDX-License-Identifier: MIT
# The targets tasks::tasks (compiled) and tasks::tasks-header-only, and for Boost.Asio tasks::tasks-boost and
# tasks::tasks-boost-header-only, as TASKS_BACKENDS asks.

include(cmake/headers.cmake)
include(cmake/asio_version.cmake)
list(TRANSFORM tasks_headers PREPEND "${PROJECT_SOURCE_DIR}/include/")

set(tasks_library_type) # BUILD_SHARED_LIBS decides
if(WIN32 AND BUILD_SHARED_LIBS)
    message(NOTICE
        "tasks is a static library on Windows, because Asio keeps what each thread runs in inline variables, \
and there every shared library has its own.")
    set(tasks_library_type STATIC)
endif()

# tasks_add_backend(<name> <Asio's name in the namespace> <Asio's version> <library>…): adds both forms of the
# library on one Asio
function(tasks_add_backend name asio version)
    set(headers ${name}-header-only)
    add_library(${headers} INTERFACE)
    add_library(tasks::${headers} ALIAS ${headers})
    target_sources(${headers} INTERFACE
        FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${tasks_headers})
    target_compile_features(${headers} INTERFACE cxx_std_20)
    target_link_libraries(${headers} INTERFACE ${ARGN})
    if(WIN32)
        target_link_libraries(${headers} INTERFACE ws2_32 mswsock) # sockets, which Asio uses
    endif()

    # As config.hpp names its inline namespace
    set(form v0_${asio}${version})
    if(tasks_time_zones STREQUAL "date")
        target_compile_definitions(${headers} INTERFACE TASKS_USE_DATE)
        target_link_libraries(${headers} INTERFACE date::date-tz)
        string(APPEND form _date)
    elseif(tasks_time_zones STREQUAL "none")
        target_compile_definitions(${headers} INTERFACE TASKS_NO_TIME_ZONES)
        string(APPEND form _no_zones)
    endif()
    if(TASKS_PUBLIC_ASIO_ONLY)
        target_compile_definitions(${headers} INTERFACE TASKS_PUBLIC_ASIO_ONLY)
        string(APPEND form _public)
    endif()
    if(TASKS_CHECK_LOCKS)
        target_compile_definitions(${headers} INTERFACE TASKS_CHECK_LOCKS)
        string(APPEND form _checked)
    endif()

    add_library(${name} ${tasks_library_type} src/tasks.cpp)
    add_library(tasks::${name} ALIAS ${name})
    target_link_libraries(${name} PUBLIC ${headers})
    target_compile_definitions(${name} PUBLIC TASKS_SEPARATE_COMPILATION)
    if(version)
        target_compile_definitions(${name} PUBLIC TASKS_COMPILED_AS=${form})
    endif()
    set_target_properties(${name} PROPERTIES
        VERSION ${PROJECT_VERSION}
        SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} # 0.x: a minor number may break
        POSITION_INDEPENDENT_CODE ON)
    # The options are taken over, not linked: tasks_dev must not appear in the export.
    target_compile_options(${name} PRIVATE $<TARGET_PROPERTY:tasks_dev,INTERFACE_COMPILE_OPTIONS>)
    target_link_options(${name} PRIVATE $<TARGET_PROPERTY:tasks_dev,INTERFACE_LINK_OPTIONS>)
endfunction()

set(tasks_libraries) # the compiled ones, in the order of TASKS_BACKENDS
foreach(backend IN LISTS TASKS_BACKENDS)
    if(backend STREQUAL "asio")
        include(cmake/require_asio.cmake)
        if(tasks_asio_missing)
            message(FATAL_ERROR "${tasks_asio_missing} For Boost.Asio set TASKS_BACKENDS=boost.")
        endif()
        tasks_asio_version(number tasks_built_with_asio asio/version.hpp asio::asio)
        tasks_add_backend(tasks asio "${number}" asio::asio)
        list(APPEND tasks_libraries tasks)
    elseif(backend STREQUAL "boost")
        find_package(Boost 1.81 REQUIRED CONFIG) # the first version with all cancellation features of Asio
        find_package(Threads REQUIRED)
        tasks_asio_version(number tasks_built_with_boost boost/asio/version.hpp Boost::headers)
        tasks_add_backend(tasks-boost boost "${number}" Boost::headers Threads::Threads)
        target_compile_definitions(tasks-boost-header-only INTERFACE TASKS_USE_BOOST_ASIO)
        list(APPEND tasks_libraries tasks-boost)
    else()
        message(FATAL_ERROR "TASKS_BACKENDS=${TASKS_BACKENDS}: ${backend} is neither asio nor boost")
    endif()
endforeach()
if(NOT tasks_libraries)
    message(FATAL_ERROR "TASKS_BACKENDS is empty: name asio, boost or both")
endif()

# What tests and examples link
list(GET TASKS_BACKENDS 0 tasks_default_backend)
list(GET tasks_libraries 0 tasks_default_library)
set(tasks_default_target ${tasks_default_library})
if(TASKS_TEST_HEADER_ONLY)
    set(tasks_default_target ${tasks_default_library}-header-only)
endif()
