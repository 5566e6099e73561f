// SPDX-License-Identifier: MIT
#pragma once

// Instants as text, so that a failed comparison can be read.

#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace test {

/// "2024-03-10T07:30:00Z"
inline tasks::time_point utc(std::string const& text)
{
    int y = 0;
    unsigned m = 0, d = 0;
    int hour = 0, minute = 0, second = 0, end = 0;
    if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ%n", &y, &m, &d, &hour, &minute, &second, &end) !=
            6 ||
        static_cast<std::size_t>(end) != text.size())
        throw std::invalid_argument{"not an instant: " + text};
    std::chrono::sys_days const day = std::chrono::year{y} / std::chrono::month{m} / std::chrono::day{d};
    return day + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

/// The same form; a fraction follows as nanoseconds, if there is one.
inline std::string text(tasks::time_point t)
{
    auto const days = std::chrono::floor<std::chrono::days>(t);
    std::chrono::year_month_day const date{days};
    std::chrono::hh_mm_ss const time{t - days};
    char out[64];
    std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02ld:%02ld:%02ld", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<long>(time.hours().count()), static_cast<long>(time.minutes().count()),
                  static_cast<long>(time.seconds().count()));
    auto const fraction = time.subseconds().count();
    return out + (fraction != 0 ? "+" + std::to_string(fraction) + "ns" : "") + "Z";
}

inline std::string text(std::optional<tasks::time_point> t)
{
    return t ? text(*t) : "none";
}

/// The first instants of a schedule after `from`, at most `count`.
template <class Schedule>
std::vector<std::string> instants(Schedule const& schedule, std::string const& from, int count)
{
    std::vector<std::string> out;
    for (auto t = schedule.next(utc(from)); t && count > 0; t = schedule.next(*t), --count)
        out.push_back(text(*t));
    return out;
}

} // namespace test
