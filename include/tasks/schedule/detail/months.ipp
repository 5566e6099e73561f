// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/months.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::refuse_month(std::chrono::month month)
{
    throw bad_option{"tasks: months: " + std::to_string(unsigned{month}) +
                     " is not a month; it must be std::chrono::January to December, 1 to 12"};
}

TASKS_DECL void detail::refuse_no_month()
{
    throw bad_option{"tasks: months: the list is empty; there must be at least one month"};
}

TASKS_DECL std::optional<detail::local_reading> months::change_after(detail::local_reading l) const
{
    bool const inside = shows(l);
    std::chrono::year_month_day const date{l.day};
    for (int i = 1; i < 12; ++i) {
        auto const following = date.year() / date.month() + std::chrono::months{i};
        if (has(following.month()) != inside)
            return detail::local_reading{std::chrono::local_days{following / 1}, {}};
    }
    return std::nullopt;
}

TASKS_DECL std::string to_string(months const& s)
{
    constexpr char const* names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::string list;
    for (unsigned i = 1; i <= 12; ++i)
        if (s.has(std::chrono::month{i}))
            list += (list.empty() ? "" : ", ") + std::string{names[i - 1]};
    return "months(" + list + ')' + detail::zone_text(s.zone());
}

TASKS_END_NAMESPACE
