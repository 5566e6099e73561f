// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/detail/random.hpp>
#include <tasks/retry/backoff.hpp>

#include <algorithm>
#include <string>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::chrono::nanoseconds exponential_backoff::bound(unsigned failures) const noexcept
{
    constexpr unsigned largest_shift = 32; // 2^32 s is beyond any sensible maximum, and far from overflow
    auto const seconds = std::chrono::seconds{std::int64_t{1} << (std::min)(failures, largest_shift)};
    return (std::min<std::chrono::nanoseconds>)(seconds, max);
}

TASKS_DECL std::chrono::nanoseconds exponential_backoff::next(unsigned failures) const
{
    return detail::random_up_to(bound(failures));
}

namespace detail {

TASKS_DECL void require_not_negative(char const* what, std::chrono::nanoseconds d)
{
    if (d < std::chrono::nanoseconds::zero())
        throw bad_option{std::string{"tasks: "} + what + " " + duration_text(d) + ": must be 0 or more"};
}

TASKS_DECL void check(exponential_backoff const& policy)
{
    require_not_negative("exponential_backoff.max", policy.max);
}

TASKS_DECL std::chrono::nanoseconds checked_reset_after(std::chrono::nanoseconds reset_after)
{
    require_not_negative("reset_after of the back-off", reset_after);
    return reset_after;
}

} // namespace detail

TASKS_END_NAMESPACE
