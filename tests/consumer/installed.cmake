# SPDX-License-Identifier: MIT
# Projects that use an installed tasks: this build, and a shared library.

# find_package
add_test(NAME consumer.install COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --prefix
    "${prefix}")
set_tests_properties(consumer.install PROPERTIES LABELS consumer FIXTURES_SETUP tasks_prefix)
set(installed "-DCMAKE_PREFIX_PATH=${prefix}")
tasks_consumer(find_package find_package ${installed} -Dcomponent=${tasks_default_backend})
tasks_consumer(header_only find_package ${installed} -Dcomponent=${header_only})
tasks_consumer(both_forms both_forms ${installed} -DBOOST=${boost})
if(TARGET prometheus-cpp::core)
    foreach(component IN ITEMS ${tasks_default_backend} ${header_only})
        tasks_consumer(prometheus_and_${component} prometheus ${installed} -Dcomponent=${component})
        set_tests_properties(consumer.prometheus_and_${component} PROPERTIES FIXTURES_REQUIRED tasks_prefix)
    endforeach()
endif()

# find_package of the shared library
set(shared "${CMAKE_CURRENT_BINARY_DIR}/shared_library")
add_test(NAME consumer.install_shared
    COMMAND "${CMAKE_CTEST_COMMAND}"
        --build-and-test "${PROJECT_SOURCE_DIR}" "${shared}"
        --build-generator "${CMAKE_GENERATOR}"
        --build-target install
        --build-options ${compiler_options} "-DTASKS_BACKENDS=${TASKS_BACKENDS}" -DBUILD_SHARED_LIBS=ON
            -DTASKS_BUILD_TESTS=OFF -DTASKS_BUILD_EXAMPLES=OFF "-DCMAKE_INSTALL_PREFIX=${shared}/prefix")
set_tests_properties(consumer.install_shared PROPERTIES LABELS consumer TIMEOUT 300 FIXTURES_SETUP
    tasks_shared)
tasks_consumer(shared find_package "-DCMAKE_PREFIX_PATH=${shared}/prefix"
    -Dcomponent=${tasks_default_backend})
set_tests_properties(consumer.shared PROPERTIES FIXTURES_REQUIRED tasks_shared)
find_program(READELF readelf)
mark_as_advanced(READELF)
if(READELF AND UNIX)
    # The SONAME contains the version numbers that may break compatibility.
    add_test(NAME consumer.soname
        COMMAND "${READELF}" -d
            "${shared}/prefix/${CMAKE_INSTALL_LIBDIR}/lib${tasks_default_library}.so.${PROJECT_VERSION}")
    set_tests_properties(consumer.soname PROPERTIES LABELS consumer FIXTURES_REQUIRED tasks_shared
        PASS_REGULAR_EXPRESSION
            "SONAME.*lib${tasks_default_library}[.]so[.]${PROJECT_VERSION_MAJOR}[.]${PROJECT_VERSION_MINOR}[]]")
endif()

# tasks_refused(<name> <words> <option>…): find_package fails with a message that contains these words, which
# CMake may print on several lines
function(tasks_refused name words)
    string(REPLACE " " "[ \n]+" pattern "${words}")
    add_test(NAME consumer.${name}
        COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}/find_package" -B
            "${CMAKE_CURRENT_BINARY_DIR}/${name}"
            -G "${CMAKE_GENERATOR}" ${compiler_options} ${installed} -Dcomponent=${tasks_default_backend}
                ${ARGN})
    set_tests_properties(consumer.${name} PROPERTIES
        LABELS consumer FIXTURES_REQUIRED tasks_prefix PASS_REGULAR_EXPRESSION "${pattern}")
endfunction()

# A project with another Asio, or with its own options. The header-only form works with any Asio.
if(NOT boost)
    set(other "${CMAKE_CURRENT_BINARY_DIR}/other_asio_headers")
    file(WRITE "${other}/asio/version.hpp" "#define ASIO_VERSION 109999\n")
    tasks_refused(other_asio
        "tasks::tasks was compiled with Asio ${tasks_built_with_asio}, \
but this project has Asio 1[.]99[.]99[.]"
        "-Dasio_INCLUDE_DIR=${other}")
    add_test(NAME consumer.other_asio_header_only
        COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}/find_package"
            -B "${CMAKE_CURRENT_BINARY_DIR}/other_asio_header_only" -G "${CMAKE_GENERATOR}"
            ${compiler_options} ${installed} -Dcomponent=header-only "-Dasio_INCLUDE_DIR=${other}")
    set_tests_properties(consumer.other_asio_header_only PROPERTIES LABELS consumer FIXTURES_REQUIRED
        tasks_prefix)
endif()
tasks_refused(other_zones
    "tasks was built with TASKS_TIME_ZONES=${tasks_time_zones}, \
but this project sets TASKS_TIME_ZONES=elsewhere[.]"
    -DTASKS_TIME_ZONES=elsewhere)
tasks_refused(other_internals
    "tasks was built with TASKS_PUBLIC_ASIO_ONLY=OFF, but this project sets TASKS_PUBLIC_ASIO_ONLY=ON[.]"
    -DTASKS_PUBLIC_ASIO_ONLY=TRUE)
tasks_refused(no_prometheus
    "the component prometheus of tasks needs prometheus-cpp [(]Debian and Ubuntu: prometheus-cpp-dev;"
    -Dcomponent=prometheus ${no_prometheus})
set_tests_properties(consumer.find_package consumer.header_only consumer.both_forms PROPERTIES
    FIXTURES_REQUIRED tasks_prefix)

# pkg-config
find_program(PKG_CONFIG pkg-config)
mark_as_advanced(PKG_CONFIG)
if(PKG_CONFIG)
    foreach(package IN ITEMS ${tasks_default_library} ${tasks_default_library}-header-only)
        add_test(NAME consumer.pkg_config.${package}
            COMMAND "${CMAKE_COMMAND}"
                "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                "-DPKG_CONFIG=${PKG_CONFIG}"
                "-DPACKAGE=${package}"
                "-DPC_PATH=${prefix}/${CMAKE_INSTALL_LIBDIR}/pkgconfig"
                -P "${CMAKE_CURRENT_SOURCE_DIR}/headers_only/run.cmake")
        set_tests_properties(consumer.pkg_config.${package} PROPERTIES
            LABELS consumer TIMEOUT 300 FIXTURES_REQUIRED tasks_prefix)
    endforeach()
endif()
