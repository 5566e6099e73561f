// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>
#include <tasks/time/time_of_day.hpp>

#include <cstdio>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::check_time_of_day(long double seconds)
{
    if (seconds >= 0 && seconds < 24 * 60 * 60) // false for NaN
        return;
    char value[64];
    std::snprintf(value, sizeof value, "%.12Lg", seconds);
    throw bad_option{std::string{"tasks: "} + value +
                     " s after midnight is not a time of day; it must be 0 or more and less than 24 hours" +
                     (seconds == 24 * 60 * 60 ? "; the end of a day is 0h" : "")};
}

TASKS_DECL time_of_day time_of_day::parse(std::string_view text)
{
    auto const refuse = [&](char const* rule) {
        throw bad_option{"tasks: time of day " + detail::quoted(text) + ": " + rule};
    };
    constexpr char const* form = "must be HH:MM, HH:MM:SS or HH:MM:SS.f (1 to 9 digits of fraction)";

    auto rest = text;
    auto const field = [&](int limit, char const* rule) {
        auto const n = detail::take_two_digits(rest);
        if (!n)
            refuse(form);
        if (*n >= limit)
            refuse(rule);
        return *n;
    };

    std::chrono::nanoseconds t = std::chrono::hours{
        field(24, text.starts_with("24") ? "the hour must be 00 to 23; the end of a day is 0h, 00:00"
                                         : "the hour must be 00 to 23")};
    if (!detail::take(rest, ':'))
        refuse(form);
    t += std::chrono::minutes{field(60, "the minute must be 00 to 59")};
    if (detail::take(rest, ':')) {
        t += std::chrono::seconds{field(60, "the second must be 00 to 59")};
        if (detail::take(rest, '.')) {
            std::chrono::nanoseconds unit{100'000'000};
            auto digit = detail::take_digit(rest);
            if (!digit)
                refuse(form);
            for (; digit && unit.count() > 0; digit = detail::take_digit(rest), unit /= 10)
                t += *digit * unit;
            if (digit)
                refuse(form);
        }
    }
    if (!rest.empty())
        refuse(form);
    return time_of_day{t};
}

TASKS_DECL std::string to_string(time_of_day t)
{
    auto const whole = std::chrono::floor<std::chrono::seconds>(t.since_midnight());
    auto text = detail::clock_text(whole);
    if (auto fraction = (t.since_midnight() - whole).count(); fraction != 0) {
        if (text.size() == 5)
            text += ":00";
        text += '.';
        for (auto unit = 100'000'000; fraction != 0; fraction %= unit, unit /= 10)
            text += static_cast<char>('0' + fraction / unit);
    }
    return text;
}

TASKS_END_NAMESPACE
