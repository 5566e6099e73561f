// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdio>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Prints a date as `2024-01-15`.
[[nodiscard]] inline std::string date_text(std::chrono::year_month_day date)
{
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", int{date.year()}, unsigned{date.month()},
                  unsigned{date.day()});
    return text;
}

/// The part of an instant below a second, 0 or more. Not the difference to the second, which the earliest
/// instant does not have in nanoseconds.
[[nodiscard]] inline std::chrono::nanoseconds fraction_of_second(time_point t)
{
    auto const fraction = t.time_since_epoch() % std::chrono::seconds{1};
    return fraction < fraction.zero() ? fraction + std::chrono::seconds{1} : fraction;
}

/// Prints an instant as `2024-01-15T12:00:00Z`, with as many digits of the second as needed.
[[nodiscard]] inline std::string instant_text(time_point t)
{
    using namespace std::chrono;
    // Round down to seconds first, because the begin of the day of the earliest instant is out of the range
    // of nanoseconds.
    auto const second = floor<seconds>(t);
    auto const day = floor<days>(second);
    hh_mm_ss const time{second - day};
    char text[32];
    std::snprintf(text, sizeof text, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    auto result = date_text(day) + text;
    auto const fraction = fraction_of_second(t);
    if (fraction != fraction.zero()) {
        std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(fraction.count()));
        result += text;
        result.erase(result.find_last_not_of('0') + 1);
    }
    return result + 'Z';
}

} // namespace detail
TASKS_END_NAMESPACE
