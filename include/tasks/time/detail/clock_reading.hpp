// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdint>
#include <limits>

TASKS_BEGIN_NAMESPACE
namespace detail {

using std::chrono::nanoseconds;

/// Which clock an instant belongs to.
enum class clock_kind : bool { steady, wall };

/// One reading of both clocks, each since its epoch.
struct clock_reading {
    nanoseconds steady{0};
    nanoseconds wall{0};

    [[nodiscard]] constexpr nanoseconds on(clock_kind c) const noexcept
    {
        return c == clock_kind::wall ? wall : steady;
    }
};

inline constexpr nanoseconds never = (nanoseconds::max)();

/// Addition that stays in the range: what lies beyond it is its nearest end, so that what is too far ahead is
/// `never`.
[[nodiscard]] constexpr nanoseconds saturating_add(nanoseconds t, nanoseconds by) noexcept
{
    if (by >= nanoseconds::zero())
        return t > never - by ? never : t + by;
    return t < (nanoseconds::min)() - by ? (nanoseconds::min)() : t + by;
}

/// How far `to` lies behind `from`, in the same way: two instants may be 584 years apart, a duration 292 at
/// most.
[[nodiscard]] constexpr nanoseconds distance(nanoseconds from, nanoseconds to) noexcept
{
    if (from >= nanoseconds::zero())
        return to < (nanoseconds::min)() + from ? (nanoseconds::min)() : to - from;
    return to > never + from ? never : to - from;
}

/// So many durations of 0 or more, in the same way.
[[nodiscard]] constexpr nanoseconds times(nanoseconds d, std::uint64_t n) noexcept
{
    auto const most = static_cast<std::uint64_t>(never.count());
    if (d > nanoseconds::zero() && n > most / static_cast<std::uint64_t>(d.count()))
        return never;
    return nanoseconds{static_cast<nanoseconds::rep>(static_cast<std::uint64_t>(d.count()) * n)};
}

/// By how much the wall clock moved against the steady clock between two readings.
[[nodiscard]] constexpr nanoseconds step_between(clock_reading before, clock_reading now) noexcept
{
    return distance(distance(before.steady, now.steady), distance(before.wall, now.wall));
}

/// Whether the wall clock moved against the steady clock by so much that it was set: the rest is drift, and the time between the two readings.
[[nodiscard]] constexpr bool is_step(nanoseconds by) noexcept
{
    constexpr std::chrono::seconds least{1};
    return by <= -least || by >= least;
}

/// An instant of either clock, on the wall clock.
[[nodiscard]] constexpr time_point to_wall_time(nanoseconds t, clock_kind clock, clock_reading now) noexcept
{
    return time_point{clock == clock_kind::wall ? t : saturating_add(now.wall, distance(now.steady, t))};
}

} // namespace detail
TASKS_END_NAMESPACE
