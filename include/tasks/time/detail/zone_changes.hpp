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

/// Changes from here on are ignored, because a few months must remain in which local times can be computed
/// without overflow.
inline constexpr std::chrono::sys_seconds end_of_zones =
    std::chrono::sys_days{std::chrono::January / 1 / 2262};

/// A change of a zone's offset from UTC to `offset`, at `at`.
struct zone_change {
    std::chrono::sys_seconds at;
    std::chrono::seconds offset;
};

/// Returns the changes of a zone one by one in chronological order, and then empty. A call that throws can be
/// repeated and loses no change.
using zone_changes = std::function<std::optional<zone_change>()>;

[[nodiscard]] inline zone_changes listed_changes(std::vector<zone_change> list)
{
    return [list = std::move(list), next = std::size_t{0}]() mutable -> std::optional<zone_change> {
        return next < list.size() ? std::optional{list[next++]} : std::nullopt;
    };
}

} // namespace detail
TASKS_END_NAMESPACE
