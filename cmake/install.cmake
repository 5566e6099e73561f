# SPDX-License-Identifier: MIT
# Install rules: headers, the CMake package, pkg-config files.

list(TRANSFORM tasks_package_modules PREPEND cmake/ OUTPUT_VARIABLE modules)
install(FILES
    ${modules}
    "${PROJECT_BINARY_DIR}/tasks-config.cmake"
    "${PROJECT_BINARY_DIR}/tasks-config-version.cmake"
    DESTINATION ${tasks_package_dir})

install(TARGETS tasks-prometheus EXPORT tasks-prometheus-targets)
install(EXPORT tasks-prometheus-targets NAMESPACE tasks:: DESTINATION ${tasks_package_dir})

foreach(target IN LISTS tasks_targets)
    if(target MATCHES "-header-only$")
        install(TARGETS ${target} EXPORT ${target}-targets FILE_SET HEADERS)
    else()
        install(TARGETS ${target} EXPORT ${target}-targets)
    endif()
    install(EXPORT ${target}-targets NAMESPACE tasks:: DESTINATION ${tasks_package_dir})

    # pkg-config
    set(pc_cflags -pthread)
    set(pc_libs -pthread)
    if(target MATCHES "boost")
        list(APPEND pc_cflags -DTASKS_USE_BOOST_ASIO)
        set(pc_asio "Boost.Asio")
    else()
        # The last two are for clang with Asio before 1.26 and have no effect elsewhere.
        list(APPEND pc_cflags -DASIO_STANDALONE -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE)
        set(pc_asio "standalone Asio")
    endif()
    if(tasks_time_zones STREQUAL "date")
        # no Requires, because the date library does not install a .pc file everywhere
        list(APPEND pc_cflags -DTASKS_USE_DATE -DUSE_OS_TZDB=1 -DONLY_C_LOCALE=1 -DHAS_STRING_VIEW=1)
        list(APPEND pc_libs -ldate-tz)
    elseif(tasks_time_zones STREQUAL "none")
        list(APPEND pc_cflags -DTASKS_NO_TIME_ZONES)
    endif()
    if(TASKS_PUBLIC_ASIO_ONLY)
        list(APPEND pc_cflags -DTASKS_PUBLIC_ASIO_ONLY)
    endif()
    if(TASKS_CHECK_LOCKS)
        list(APPEND pc_cflags -DTASKS_CHECK_LOCKS)
    endif()
    if(NOT target MATCHES "-header-only$")
        # Only this form has these.
        get_target_property(definitions ${target} INTERFACE_COMPILE_DEFINITIONS)
        list(TRANSFORM definitions PREPEND -D)
        list(APPEND pc_cflags ${definitions})
        list(PREPEND pc_libs "-L\${libdir}" -l${target})
    endif()
    if(WIN32)
        list(APPEND pc_libs -lws2_32 -lmswsock)
    endif()
    unset(pc_include)
    unset(pc_lib)
    list(JOIN pc_cflags " " pc_cflags)
    list(JOIN pc_libs " " pc_libs)
    # Relative to the .pc file, so that it is relocatable. An absolute folder replaces the prefix.
    file(RELATIVE_PATH pc_up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    cmake_path(APPEND pc_include "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}")
    cmake_path(APPEND pc_lib "\${prefix}" "${CMAKE_INSTALL_LIBDIR}")
    configure_file(cmake/tasks.pc.in "${PROJECT_BINARY_DIR}/${target}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${target}.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
