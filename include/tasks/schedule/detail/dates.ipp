// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/dates.hpp>
#include <tasks/time/detail/instant_text.hpp>

#include <algorithm>

TASKS_BEGIN_NAMESPACE

TASKS_DECL dates::dates(std::vector<std::chrono::year_month_day> const& list)
{
    std::vector<std::chrono::local_days> days;
    for (auto const date : list) {
        if (!date.ok())
            throw bad_option{"tasks: dates: " + detail::date_text(date) +
                             " is not a date; there is no such day"};
        days.emplace_back(date);
    }
    std::sort(days.begin(), days.end());
    for (auto const day : days) {
        if (runs_.empty() || day > runs_.back().until)
            runs_.push_back({day, day});
        runs_.back().until = day + std::chrono::days{1};
    }
}

TASKS_DECL std::vector<dates::run>::const_iterator
dates::first_ending_after(std::chrono::local_days day) const
{
    return std::upper_bound(runs_.begin(), runs_.end(), day,
                            [](std::chrono::local_days d, run const& r) { return d < r.until; });
}

TASKS_DECL bool dates::has(std::chrono::year_month_day date) const
{
    return date.ok() && shows({std::chrono::local_days{date}, {}});
}

TASKS_DECL bool dates::shows(detail::local_reading l) const
{
    auto const r = first_ending_after(l.day);
    return r != runs_.end() && l.day >= r->from;
}

TASKS_DECL std::optional<detail::local_reading> dates::change_after(detail::local_reading l) const
{
    auto const r = first_ending_after(l.day);
    if (r == runs_.end())
        return std::nullopt;
    return detail::local_reading{l.day < r->from ? r->from : r->until, {}};
}

TASKS_DECL std::string to_string(dates const& s)
{
    constexpr std::size_t most = 8;
    std::string list;
    for (std::size_t i = 0; i < (std::min)(most, s.runs_.size()); ++i) {
        auto const& r = s.runs_[i];
        auto const last = r.until - std::chrono::days{1};
        list += (list.empty() ? "" : ", ") + detail::date_text(std::chrono::year_month_day{r.from});
        if (r.from != last)
            list += ".." + detail::date_text(std::chrono::year_month_day{last});
    }
    if (s.runs_.size() > most)
        list += ", and " + std::to_string(s.runs_.size() - most) + " more";
    return "dates(" + list + ')' + detail::zone_text(s.zone());
}

TASKS_END_NAMESPACE
