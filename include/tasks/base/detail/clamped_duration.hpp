// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>

#include <chrono>
#include <limits>
#include <ratio>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A duration of any unit in nanoseconds; one that is too long for 64 bits, infinity included, becomes the longest that fits. (The
/// conversion of the standard library overflows.)
/// @throws bad_option it is not a number
template <class Rep, class Period>
[[nodiscard]] constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::duration<Rep, Period> d)
{
    using std::chrono::nanoseconds;
    using nanoseconds_per_unit = std::ratio_divide<Period, std::nano>;
    auto const wide =
        static_cast<long double>(d.count()) * nanoseconds_per_unit::num / nanoseconds_per_unit::den;
    constexpr long double limit = 9223372036854775808.0L; // 2^63
    if (wide != wide)
        throw bad_option{"tasks: a duration that is not a number"};
    if (wide >= limit)
        return (nanoseconds::max)();
    if (wide <= -limit)
        return (nanoseconds::min)();
    if constexpr (std::is_integral_v<Rep> &&
                  (nanoseconds_per_unit::num == 1 || nanoseconds_per_unit::den == 1))
        return std::chrono::duration_cast<nanoseconds>(d);
    else
        return nanoseconds{static_cast<nanoseconds::rep>(wide < 0 ? wide - 0.5L : wide + 0.5L)};
}

/// Anything else that converts.
[[nodiscard]] constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::nanoseconds d) noexcept
{
    return d;
}

/// As a parameter or a member: takes a duration of any unit, as `in_nanoseconds` does.
struct clamped_duration : std::chrono::nanoseconds {
    template <class Rep, class Period>
    constexpr clamped_duration(std::chrono::duration<Rep, Period> d)
        : std::chrono::nanoseconds{in_nanoseconds(d)}
    {
    }
};

} // namespace detail
TASKS_END_NAMESPACE
