// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/checked_duration.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A text as a template argument.
template <std::size_t N>
struct option_name {
    consteval option_name(char const (&name)[N]) { std::copy_n(name, N, text); }

    char text[N];
};

/// A duration of any unit for the option of that name.
template <option_name Name>
struct duration_option : std::chrono::nanoseconds {
    /// @throws bad_option the duration is negative, NaN, infinite, not representable in 64-bit nanoseconds,
    /// or positive and below 1 ns
    template <class Rep, class Period>
    duration_option(std::chrono::duration<Rep, Period> d)
        : std::chrono::nanoseconds{checked_duration(d, Name.text)}
    {
    }
};

} // namespace detail
TASKS_END_NAMESPACE
