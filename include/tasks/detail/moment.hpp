// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time_point.hpp>

#include <chrono>
#include <limits>

TASKS_BEGIN_NAMESPACE
namespace detail {

using std::chrono::nanoseconds;

/// Which clock an instant belongs to.
enum class clock_kind : bool { steady, wall };

/// One look at both clocks, each since its epoch.
struct moment {
    nanoseconds steady{0};
    nanoseconds wall{0};

    [[nodiscard]] constexpr nanoseconds on(clock_kind c) const noexcept
    {
        return c == clock_kind::wall ? wall : steady;
    }
};

inline constexpr nanoseconds never = (nanoseconds::max)();

/// Addition for instants far in the future: what does not fit is never.
[[nodiscard]] constexpr nanoseconds later(nanoseconds t, nanoseconds by) noexcept
{
    if (by >= nanoseconds::zero() && t > never - by)
        return never;
    return t + by;
}

/// Whether the wall clock moved against the steady clock by so much that it was set: the rest is drift, and the time between two looks.
[[nodiscard]] constexpr bool is_step(nanoseconds by) noexcept
{
    constexpr std::chrono::seconds least{1};
    return by <= -least || by >= least;
}

/// An instant of either clock, on the wall clock.
[[nodiscard]] constexpr time_point on_the_wall(nanoseconds t, clock_kind clock, moment now) noexcept
{
    return time_point{clock == clock_kind::wall ? t : later(now.wall, t - now.steady)};
}

} // namespace detail
TASKS_END_NAMESPACE
