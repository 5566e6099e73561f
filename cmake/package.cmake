# SPDX-License-Identifier: MIT
# The CMake package: one export set a target, found as components. It works from the build tree, too, because
# the targets of a parent project that uses this one cannot be exported unless those that they link are.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The package remembers them as ON or OFF, whatever word was used.
foreach(option IN ITEMS PUBLIC_ASIO_ONLY CHECK_LOCKS)
    set(tasks_built_with_${option} OFF)
    if(TASKS_${option})
        set(tasks_built_with_${option} ON)
    endif()
endforeach()

set(tasks_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tasks)
configure_package_config_file(cmake/tasks-config.cmake.in "${PROJECT_BINARY_DIR}/tasks-config.cmake"
    INSTALL_DESTINATION ${tasks_package_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tasks-config-version.cmake"
    COMPATIBILITY SameMinorVersion) # 0.x: a minor number may break
set(tasks_package_modules asio_version.cmake require_asio.cmake Findasio.cmake)
foreach(file IN LISTS tasks_package_modules)
    configure_file(cmake/${file} "${PROJECT_BINARY_DIR}/${file}" COPYONLY)
endforeach()

set(tasks_targets)
foreach(library IN LISTS tasks_libraries)
    list(APPEND tasks_targets ${library}-header-only ${library})
endforeach()
foreach(target IN LISTS tasks_targets)
    export(TARGETS ${target} NAMESPACE tasks:: FILE "${PROJECT_BINARY_DIR}/${target}-targets.cmake")
endforeach()
export(TARGETS tasks-prometheus NAMESPACE tasks::
    FILE "${PROJECT_BINARY_DIR}/tasks-prometheus-targets.cmake")
