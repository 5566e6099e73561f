// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <limits>

TASKS_BEGIN_NAMESPACE
namespace detail {

using std::chrono::nanoseconds;

/// The clock that an instant belongs to.
enum class clock_kind : bool { steady, wall };

/// A reading of both clocks, each since its epoch.
struct clock_reading {
    nanoseconds steady{0};
    nanoseconds wall{0};

    [[nodiscard]] constexpr nanoseconds on(clock_kind c) const noexcept
    {
        return c == clock_kind::wall ? wall : steady;
    }
};

inline constexpr nanoseconds never = (nanoseconds::max)();

/// Addition that clamps to the range, so that an instant too far ahead becomes `never`.
[[nodiscard]] constexpr nanoseconds saturating_add(nanoseconds t, nanoseconds by) noexcept
{
    if (by >= nanoseconds::zero())
        return t > never - by ? never : t + by;
    return t < (nanoseconds::min)() - by ? (nanoseconds::min)() : t + by;
}

/// Saturating `to - from`, because two instants may be 584 years apart, while a duration has 292 at most.
[[nodiscard]] constexpr nanoseconds distance(nanoseconds from, nanoseconds to) noexcept
{
    if (from >= nanoseconds::zero())
        return to < (nanoseconds::min)() + from ? (nanoseconds::min)() : to - from;
    return to > never + from ? never : to - from;
}

/// Saturating `n * d`. Precondition: `d` is 0 or more.
[[nodiscard]] constexpr nanoseconds times(nanoseconds d, std::uint64_t n) noexcept
{
    auto const most = static_cast<std::uint64_t>(never.count());
    if (d > nanoseconds::zero() && n > most / static_cast<std::uint64_t>(d.count()))
        return never;
    return nanoseconds{static_cast<nanoseconds::rep>(static_cast<std::uint64_t>(d.count()) * n)};
}

/// The movement of the wall clock relative to the steady clock between two readings.
[[nodiscard]] constexpr nanoseconds step_between(clock_reading before, clock_reading now) noexcept
{
    return distance(distance(before.steady, now.steady), distance(before.wall, now.wall));
}

/// Whether a movement of the wall clock is so large that the clock was set. A smaller one is drift, or the
/// time between reading the two clocks.
[[nodiscard]] constexpr bool is_step(nanoseconds by) noexcept
{
    constexpr std::chrono::seconds least{1};
    return by <= -least || by >= least;
}

/// Converts an instant of either clock to the wall clock.
[[nodiscard]] constexpr time_point to_wall_time(nanoseconds t, clock_kind clock, clock_reading now) noexcept
{
    return time_point{clock == clock_kind::wall ? t : saturating_add(now.wall, distance(now.steady, t))};
}

} // namespace detail
TASKS_END_NAMESPACE
