// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// No change of a zone is known from here on, because a few months must remain in which local times can be computed
/// without overflow.
inline constexpr std::chrono::sys_seconds end_of_zones =
    std::chrono::sys_days{std::chrono::January / 1 / 2262};

/// From `at` on, the clocks of a zone differ from UTC by `offset`.
struct zone_change {
    std::chrono::sys_seconds at;
    std::chrono::seconds offset;
};

/// Gives the changes of a zone one after the other, in the order of time; empty once there are no more. A call that throws
/// can be repeated, and loses no change.
using zone_changes = std::function<std::optional<zone_change>()>;

[[nodiscard]] inline zone_changes listed_changes(std::vector<zone_change> list)
{
    return [list = std::move(list), next = std::size_t{0}]() mutable -> std::optional<zone_change> {
        return next < list.size() ? std::optional{list[next++]} : std::nullopt;
    };
}

} // namespace detail
TASKS_END_NAMESPACE
