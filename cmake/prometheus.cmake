# SPDX-License-Identifier: MIT
# tasks::prometheus: the adapter to prometheus-cpp, to be linked besides any form of the library. It only adds
# prometheus-cpp, which nothing else needs; without it, all works except linking this target.

if(NOT TARGET prometheus-cpp::core)
    find_package(prometheus-cpp CONFIG QUIET)
endif()

add_library(tasks-prometheus INTERFACE)
add_library(tasks::prometheus ALIAS tasks-prometheus)
set_target_properties(tasks-prometheus PROPERTIES EXPORT_NAME prometheus)
target_link_libraries(tasks-prometheus INTERFACE prometheus-cpp::core)

# Headers that need it, as a regular expression
set(tasks_prometheus_headers "^tasks/(metrics/.*|prometheus[.]hpp)$")
