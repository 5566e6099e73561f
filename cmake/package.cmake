# SPDX-License-Identifier: MIT
# The CMake package: one export set a backend, found as components. It works from the build tree, too, because the targets of a parent
# project that uses this one cannot be exported unless those that they link are.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

if(TASKS_BUILD_LIBRARY)
    set(tasks_share ${CMAKE_INSTALL_LIBDIR})
    set(arch_independent)
else()
    set(tasks_share ${CMAKE_INSTALL_DATADIR}) # headers only: the same files on every machine
    set(arch_independent ARCH_INDEPENDENT)
endif()
set(tasks_package_dir ${tasks_share}/cmake/tasks)

configure_package_config_file(cmake/tasks-config.cmake.in "${PROJECT_BINARY_DIR}/tasks-config.cmake"
    INSTALL_DESTINATION ${tasks_package_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tasks-config-version.cmake"
    COMPATIBILITY SameMinorVersion # 0.x: a minor number may break
    ${arch_independent})
foreach(file IN ITEMS require_asio.cmake Findasio.cmake)
    configure_file(cmake/${file} "${PROJECT_BINARY_DIR}/${file}" COPYONLY)
endforeach()
foreach(target IN LISTS tasks_targets)
    export(TARGETS ${target} NAMESPACE tasks:: FILE "${PROJECT_BINARY_DIR}/${target}-targets.cmake")
endforeach()
