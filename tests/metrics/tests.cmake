# SPDX-License-Identifier: MIT
# The tests of tasks::prometheus, for which prometheus-cpp must be installed.

find_package(nlohmann_json 3 REQUIRED)
tasks_catch_tests(metrics)
target_link_libraries(tests_metrics PRIVATE
    tasks::prometheus prometheus-cpp::pull nlohmann_json::nlohmann_json)
target_compile_definitions(tests_metrics PRIVATE "TASKS_TEST_DOCS=\"${PROJECT_SOURCE_DIR}/docs\"")

# Prometheus' own tool judges what is scraped, and the rules and the dashboard of docs/metrics.md.
find_program(PROMTOOL promtool)
mark_as_advanced(PROMTOOL)
if(PROMTOOL)
    target_compile_definitions(tests_metrics PRIVATE "TASKS_TEST_PROMTOOL=\"${PROMTOOL}\"")
else()
    message(STATUS "Metrics are not tested with promtool: it is not installed (Debian: prometheus)")
endif()
