// SPDX-License-Identifier: MIT
#pragma once

/// Metrics of loops for Prometheus, through prometheus-cpp (CMake target `tasks::prometheus`). Opt-in: no
/// other header includes prometheus-cpp.

#include <tasks/metrics/prometheus.hpp>
