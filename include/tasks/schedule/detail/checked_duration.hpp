// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

#include <chrono>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

/// Returns `count` units of `seconds_per_unit` seconds, the duration of `what` ("an interval").
/// @throws bad_option by rule 14
[[nodiscard]] std::chrono::nanoseconds checked_duration(long double count, long double seconds_per_unit,
                                                        char const* what);

/// The same for a duration in any unit. A whole number of units loses nothing.
template <class Rep, class Period>
[[nodiscard]] std::chrono::nanoseconds checked_duration(std::chrono::duration<Rep, Period> d,
                                                        char const* what)
{
    auto const approximate = checked_duration(static_cast<long double>(d.count()),
                                              static_cast<long double>(Period::num) / Period::den, what);
    if constexpr (std::is_integral_v<Rep>)
        return std::chrono::duration_cast<std::chrono::nanoseconds>(d);
    else
        return approximate;
}

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/schedule/detail/checked_duration.ipp>
#endif
