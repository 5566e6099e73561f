// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <prometheus/histogram.h>

TASKS_BEGIN_NAMESPACE
namespace detail {

[[nodiscard]] inline std::vector<std::chrono::nanoseconds> default_lateness_buckets()
{
    using namespace std::chrono_literals;
    return {1ms, 5ms, 10ms, 50ms, 100ms, 500ms, 1s, 5s, 10s, 1min};
}

[[nodiscard]] inline std::vector<std::chrono::nanoseconds> default_duration_buckets()
{
    using namespace std::chrono_literals;
    return {1ms, 10ms, 100ms, 500ms, 1s, 5s, 10s, 30s, 1min, 5min, 10min, 1h};
}

/// In seconds, the unit of all durations in Prometheus.
[[nodiscard]] inline double to_seconds(std::chrono::nanoseconds d) noexcept
{
    return std::chrono::duration<double>{d}.count();
}

/// The upper bounds of a histogram's buckets, for prometheus-cpp, which does not check them.
/// @throws bad_option a bound is negative, or not above the one before
[[nodiscard]] inline ::prometheus::Histogram::BucketBoundaries
checked_buckets(char const* option, std::vector<std::chrono::nanoseconds> const& bounds)
{
    ::prometheus::Histogram::BucketBoundaries result;
    for (auto const bound : bounds) {
        auto const value = std::string{"tasks: "} + option + ": " + duration_text(bound);
        if (bound < std::chrono::nanoseconds{0})
            throw bad_option{value + ": must be 0 or more"};
        if (!result.empty() && to_seconds(bound) <= result.back())
            throw bad_option{value + ": must be above the bound before it"};
        result.push_back(to_seconds(bound));
    }
    return result;
}

} // namespace detail
TASKS_END_NAMESPACE
