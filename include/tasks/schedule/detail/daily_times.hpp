// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/time/time_of_day.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The same times on every day, for `local_instants`.
class daily_times {
public:
    using local_point = std::chrono::local_time<std::chrono::nanoseconds>;

    /// `times` must be sorted, not empty, and outlive this object.
    explicit daily_times(std::vector<time_of_day> const& times) noexcept
        : times_{times}
    {
    }

    [[nodiscard]] std::optional<local_point> at_or_after(local_point l) const
    {
        auto const day = std::chrono::floor<std::chrono::days>(l);
        auto const from_midnight = [](time_of_day t, std::chrono::nanoseconds limit) {
            return t.since_midnight() < limit;
        };
        auto const t = std::lower_bound(times_.begin(), times_.end(), l - day, from_midnight);
        if (t != times_.end())
            return day + t->since_midnight();
        return day + std::chrono::days{1} + times_.front().since_midnight();
    }

private:
    std::vector<time_of_day> const& times_;
};

} // namespace detail
TASKS_END_NAMESPACE
