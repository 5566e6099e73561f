// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Prints a duration in the largest unit that divides it: `90min`, `1500ms`, `0s`.
[[nodiscard]] inline std::string duration_text(std::chrono::nanoseconds d)
{
    struct unit {
        std::chrono::nanoseconds length;
        char const* name;
    };
    using namespace std::chrono_literals;
    static constexpr unit units[] = {{1h, "h"}, {1min, "min"}, {1s, "s"}, {1ms, "ms"}, {1us, "us"}};
    if (d == 0ns)
        return "0s";
    for (auto const& u : units)
        if (d % u.length == 0ns)
            return std::to_string(d / u.length) + u.name;
    return std::to_string(d.count()) + "ns";
}

} // namespace detail
TASKS_END_NAMESPACE
