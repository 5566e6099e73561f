// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <concepts>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// An instant in a unit that converts to nanoseconds without loss.
template <class Duration>
concept whole_nanoseconds = std::convertible_to<Duration, std::chrono::nanoseconds>;

/// The instant in nanoseconds; `what` is given one ("once").
/// @throws bad_option it is out of the range of 64-bit nanoseconds, about 1677 to 2262
template <whole_nanoseconds Duration>
[[nodiscard]] time_point checked_instant(std::chrono::sys_time<Duration> t, char const* what)
{
    using std::chrono::duration_cast;
    using widened = std::chrono::duration<long long, typename Duration::period>; // holds both limits
    auto const since_epoch = widened{t.time_since_epoch()};
    if (since_epoch > duration_cast<widened>((time_point::max)().time_since_epoch()) ||
        since_epoch < duration_cast<widened>((time_point::min)().time_since_epoch()))
        throw bad_option{std::string{"tasks: "} + what +
                         ": the instant is out of range; it must fit into 64-bit nanoseconds (1677 to 2262)"};
    return t;
}

} // namespace detail
TASKS_END_NAMESPACE
