# SPDX-License-Identifier: MIT
# The CMake package: one export set per backend, found as components. It also works from the build tree,
# because a parent project can export its targets only if the targets that they link are exported.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

if(TASKS_BUILD_LIBRARY)
    set(tasks_share ${CMAKE_INSTALL_LIBDIR})
    set(arch_independent)
else()
    set(tasks_share ${CMAKE_INSTALL_DATADIR}) # headers only, so the files are the same on every machine
    set(arch_independent ARCH_INDEPENDENT)
endif()
set(tasks_package_dir ${tasks_share}/cmake/tasks)

configure_package_config_file(cmake/tasks-config.cmake.in "${PROJECT_BINARY_DIR}/tasks-config.cmake"
    INSTALL_DESTINATION ${tasks_package_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tasks-config-version.cmake"
    COMPATIBILITY SameMinorVersion # 0.x, so a minor number may break
    ${arch_independent})
foreach(file IN ITEMS require_asio.cmake Findasio.cmake)
    configure_file(cmake/${file} "${PROJECT_BINARY_DIR}/${file}" COPYONLY)
endforeach()
foreach(target IN LISTS tasks_targets)
    export(TARGETS ${target} NAMESPACE tasks:: FILE "${PROJECT_BINARY_DIR}/${target}-targets.cmake")
endforeach()
