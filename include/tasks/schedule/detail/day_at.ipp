// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/detail/daily_times.hpp>
#include <tasks/schedule/detail/local_instants.hpp>

#include <algorithm>
#include <utility>

TASKS_BEGIN_NAMESPACE

TASKS_DECL day_at::day_at(std::vector<time_of_day> times)
    : times_{std::move(times)}
{
    if (times_.empty())
        throw bad_option{"tasks: day_at: the list of times is empty; there must be at least one time of day"};
    std::sort(times_.begin(), times_.end());
    times_.erase(std::unique(times_.begin(), times_.end()), times_.end());
}

TASKS_DECL day_at day_at::in(std::string_view zone) const
{
    return in(time_zone::named(zone));
}

TASKS_DECL day_at day_at::in(time_zone const& zone) const
{
    auto copy = *this;
    copy.zone_ = zone;
    return copy;
}

TASKS_DECL day_at day_at::when_missing(gap rule) const
{
    auto copy = *this;
    copy.missing_ = rule;
    return copy;
}

TASKS_DECL day_at day_at::when_repeated(fold rule) const
{
    auto copy = *this;
    copy.repeated_ = rule;
    return copy;
}

TASKS_DECL std::optional<time_point> day_at::next(time_point after) const
{
    return detail::local_instants{detail::daily_times{times_}, zone_, missing_, repeated_}.next(after);
}

TASKS_DECL std::string to_string(day_at const& schedule)
{
    std::string text;
    for (auto const t : schedule.times())
        text += (text.empty() ? "day_at(" : ", ") + to_string(t);
    text += ") in " + to_string(schedule.zone());
    if (schedule.when_missing() != gap::shift)
        text += schedule.when_missing() == gap::skip ? ", missing: skip" : ", missing: after";
    if (schedule.when_repeated() != fold::first)
        text += schedule.when_repeated() == fold::both ? ", repeated: both" : ", repeated: second";
    return text;
}

TASKS_END_NAMESPACE
