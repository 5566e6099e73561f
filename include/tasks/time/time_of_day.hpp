// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>

#include <chrono>
#include <compare>
#include <string>
#include <string_view>

TASKS_BEGIN_NAMESPACE

namespace detail {

/// @throws bad_option unless 0 <= seconds < 24 h
void check_time_of_day(long double seconds);

} // namespace detail

/// A local time from 00:00 up to, but not including, 24:00, with nanosecond resolution, on no particular day
/// and in no particular zone.
///
/// @code
/// using namespace std::chrono_literals;
/// tasks::time_of_day a{17h + 30min};
/// auto b = tasks::time_of_day::parse("17:30");
/// assert(a == b);
/// @endcode
///
/// @par Thread safety
/// Distinct objects: safe. Shared objects: safe for concurrent reads.
class time_of_day {
public:
    /// Midnight, 00:00.
    time_of_day() noexcept = default;

    /// The time that is this long after midnight on a day without clock changes. Fractions of a nanosecond
    /// are dropped.
    /// @throws bad_option the duration is negative, 24 hours or more, or NaN
    template <class Rep, class Period>
    explicit time_of_day(std::chrono::duration<Rep, Period> since_midnight)
        : since_midnight_{checked(since_midnight)}
    {
    }

    /// Parses `HH:MM`, `HH:MM:SS`, or `HH:MM:SS.f` with 1 to 9 digits of fraction: 24-hour clock, two digits
    /// each, nothing before or after. The result does not depend on any locale.
    /// @throws bad_option any other text, including `24:00` and a second of 60
    [[nodiscard]] static time_of_day parse(std::string_view text);

    [[nodiscard]] std::chrono::nanoseconds since_midnight() const noexcept { return since_midnight_; }

    friend bool operator==(time_of_day const&, time_of_day const&) noexcept = default;
    // Not defaulted, because durations have no <=> in libc++ before 17.
    friend std::strong_ordering operator<=>(time_of_day const& a, time_of_day const& b) noexcept
    {
        return a.since_midnight_.count() <=> b.since_midnight_.count();
    }

private:
    template <class Rep, class Period>
    static std::chrono::nanoseconds checked(std::chrono::duration<Rep, Period> d)
    {
        // checked in floating point first, because a huge count of a coarse unit would overflow in
        // nanoseconds
        detail::check_time_of_day(std::chrono::duration<long double>{d}.count());
        return std::chrono::duration_cast<std::chrono::nanoseconds>(d);
    }

    std::chrono::nanoseconds since_midnight_{0};
};

/// Returns the shortest text that `time_of_day::parse` reads back as the same time: `09:00`, `09:00:30`,
/// `09:00:30.25`.
[[nodiscard]] std::string to_string(time_of_day t);

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/time/detail/time_of_day.ipp>
#endif
