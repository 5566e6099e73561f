// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/detail/checked_duration.hpp>
#include <tasks/time/time_of_day.hpp>

#include <concepts>
#include <cstddef>
#include <string_view>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
concept time_of_day_text =
    std::convertible_to<T const&, std::string_view> && !std::same_as<T, std::nullptr_t>;

/// The time of day that the user of `day_at` or `between` wrote. @throws bad_option it is none
template <class T>
time_of_day to_time_of_day(T const& t)
{
    constexpr bool suitable = std::same_as<T, time_of_day> || is_duration<T> || time_of_day_text<T>;
    static_assert(
        suitable,
        "tasks: a time of day is a duration since midnight (9h, 17h + 30min), a text (\"17:30\") or "
        "a tasks::time_of_day; a bare number has no unit");
    if constexpr (time_of_day_text<T>)
        return time_of_day::parse(t);
    else if constexpr (suitable)
        return time_of_day{t};
    else
        return {};
}

} // namespace detail
TASKS_END_NAMESPACE
