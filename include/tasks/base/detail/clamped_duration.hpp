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

/// Converts a duration of any unit to nanoseconds. A duration that does not fit into 64 bits, such as
/// infinity, becomes the longest that does, because the conversion of the standard library would overflow.
/// @throws bad_option the duration is not a number
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

/// Accepts any other type that converts.
[[nodiscard]] constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::nanoseconds d) noexcept
{
    return d;
}

/// A parameter or member type that accepts a duration of any unit and converts it with `in_nanoseconds`.
struct clamped_duration : std::chrono::nanoseconds {
    template <class Rep, class Period>
    constexpr clamped_duration(std::chrono::duration<Rep, Period> d)
        : std::chrono::nanoseconds{in_nanoseconds(d)}
    {
    }
};

} // namespace detail
TASKS_END_NAMESPACE
