# SPDX-License-Identifier: MIT
# The targets tasks::tasks and tasks::tasks-boost, as selected by TASKS_BACKENDS.

include(cmake/headers.cmake)

# tasks_add_library(<name>): adds one target, header-only or compiled, without its Asio
function(tasks_add_library name)
    if(TASKS_BUILD_LIBRARY)
        set(scope PUBLIC)
        add_library(${name} src/tasks.cpp)
        target_compile_definitions(${name} PUBLIC TASKS_SEPARATE_COMPILATION)
        set_target_properties(${name} PROPERTIES
            VERSION ${PROJECT_VERSION}
            SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} # 0.x, so a minor number may break
            POSITION_INDEPENDENT_CODE ON)
        # Copies the options instead of linking, because tasks_dev must not appear in the export.
        target_compile_options(${name} PRIVATE $<TARGET_PROPERTY:tasks_dev,INTERFACE_COMPILE_OPTIONS>)
        target_link_options(${name} PRIVATE $<TARGET_PROPERTY:tasks_dev,INTERFACE_LINK_OPTIONS>)
    else()
        set(scope INTERFACE)
        add_library(${name} INTERFACE)
    endif()
    add_library(tasks::${name} ALIAS ${name})

    target_sources(${name} ${scope}
        FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${tasks_headers})
    target_compile_features(${name} ${scope} cxx_std_20)
    if(WIN32)
        target_link_libraries(${name} ${scope} ws2_32 mswsock) # sockets, which Asio uses
    endif()

    if(tasks_time_zones STREQUAL "date")
        target_compile_definitions(${name} ${scope} TASKS_USE_DATE)
        target_link_libraries(${name} ${scope} date::date-tz)
    elseif(tasks_time_zones STREQUAL "none")
        target_compile_definitions(${name} ${scope} TASKS_NO_TIME_ZONES)
    endif()
    if(TASKS_PUBLIC_ASIO_ONLY)
        target_compile_definitions(${name} ${scope} TASKS_PUBLIC_ASIO_ONLY)
    endif()
    if(TASKS_CHECK_LOCKS)
        target_compile_definitions(${name} ${scope} TASKS_CHECK_LOCKS)
    endif()
    set(tasks_scope ${scope} PARENT_SCOPE)
endfunction()

list(TRANSFORM tasks_headers PREPEND "${PROJECT_SOURCE_DIR}/include/")
set(tasks_targets) # in the order of TASKS_BACKENDS
foreach(backend IN LISTS TASKS_BACKENDS)
    if(backend STREQUAL "asio")
        include(cmake/require_asio.cmake)
        if(tasks_asio_missing)
            message(FATAL_ERROR "${tasks_asio_missing} For Boost.Asio set TASKS_BACKENDS=boost.")
        endif()
        tasks_add_library(tasks)
        target_link_libraries(tasks ${tasks_scope} asio::asio)
        list(APPEND tasks_targets tasks)
    elseif(backend STREQUAL "boost")
        find_package(Boost 1.81 REQUIRED CONFIG) # the first version with all cancellation features of Asio
        find_package(Threads REQUIRED)
        tasks_add_library(tasks-boost)
        target_compile_definitions(tasks-boost ${tasks_scope} TASKS_USE_BOOST_ASIO)
        target_link_libraries(tasks-boost ${tasks_scope} Boost::headers Threads::Threads)
        list(APPEND tasks_targets tasks-boost)
    else()
        message(FATAL_ERROR "TASKS_BACKENDS=${TASKS_BACKENDS}: ${backend} is neither asio nor boost")
    endif()
endforeach()
if(NOT tasks_targets)
    message(FATAL_ERROR "TASKS_BACKENDS is empty: it must be asio, boost or both")
endif()
list(GET tasks_targets 0 tasks_default_target) # the one that tests and examples link
