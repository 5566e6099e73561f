// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/weekdays.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::refuse_weekday(std::chrono::weekday day)
{
    throw bad_option{"tasks: weekdays: " + std::to_string(day.c_encoding()) +
                     " is not a day of the week; it must be std::chrono::Sunday to Saturday, 0 to 6"};
}

TASKS_DECL void detail::refuse_no_weekday()
{
    throw bad_option{"tasks: weekdays: the list is empty; there must be at least one day of the week"};
}

TASKS_DECL std::optional<detail::local_reading> weekdays::change_after(detail::local_reading l) const
{
    bool const inside = shows(l);
    for (int i = 1; i < 7; ++i)
        if (auto const day = l.day + std::chrono::days{i}; has(std::chrono::weekday{day}) != inside)
            return detail::local_reading{day, {}};
    return std::nullopt;
}

TASKS_DECL std::string to_string(weekdays const& s)
{
    constexpr char const* names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    std::string days;
    bool is_workdays = true;
    for (unsigned i = 1; i <= 7; ++i) { // from Monday on
        bool const listed = s.has(std::chrono::weekday{i});
        is_workdays = is_workdays && listed == workdays.has(std::chrono::weekday{i});
        if (listed)
            days += (days.empty() ? "" : ", ") + std::string{names[i % 7]};
    }
    return (is_workdays ? "workdays" : "weekdays(" + days + ')') + detail::zone_text(s.zone());
}

TASKS_END_NAMESPACE
