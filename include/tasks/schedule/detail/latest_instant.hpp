// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/schedule.hpp>

#include <chrono>
#include <numeric>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Returns the latest instant of a schedule up to `until`.
/// @param from an instant of it, up to `until`
[[nodiscard]] inline time_point latest_instant(schedule const& s, time_point from, time_point until)
{
    auto none_behind = until; // no instant lies after it and up to `until`
    // The instant that follows the one just found is asked for first, because there often is none.
    for (bool follow = true; from < none_behind;) {
        time_point const middle{std::chrono::nanoseconds{
            std::midpoint(from.time_since_epoch().count(), none_behind.time_since_epoch().count())}};
        auto const asked = follow ? from : middle;
        auto const t = s.next(asked);
        bool const found = t && *t <= until;
        (found ? from : none_behind) = found ? *t : asked;
        follow = found && !follow;
    }
    return from;
}

} // namespace detail
TASKS_END_NAMESPACE
