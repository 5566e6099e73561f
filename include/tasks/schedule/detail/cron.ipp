// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/detail/cron_times.hpp>
#include <tasks/schedule/detail/local_instants.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL cron::cron(std::string_view expression)
    : expression_{cron_expression::parse(expression)}
{
}

TASKS_DECL cron::cron(cron_expression const& expression)
    : expression_{expression}
{
}

TASKS_DECL cron cron::in(std::string_view zone) const
{
    return in(time_zone::named(zone));
}

TASKS_DECL cron cron::in(time_zone const& zone) const
{
    auto copy = *this;
    copy.zone_ = zone;
    return copy;
}

TASKS_DECL cron cron::when_missing(gap rule) const
{
    auto copy = *this;
    copy.missing_ = rule;
    return copy;
}

TASKS_DECL cron cron::when_repeated(fold rule) const
{
    auto copy = *this;
    copy.repeated_ = rule;
    return copy;
}

TASKS_DECL std::optional<time_point> cron::next(time_point after) const
{
    auto const& fields = expression_.fields_;
    // every instant that shows a matching time is what these two rules say
    auto const missing = fields.wildcard ? gap::skip : missing_;
    auto const repeated = fields.wildcard ? fold::both : repeated_;
    return detail::local_instants{detail::cron_times{fields, after}, zone_, missing, repeated}.next(after);
}

TASKS_DECL std::string to_string(cron const& schedule)
{
    std::string text;
    if (schedule.zone() != time_zone::utc())
        text = "TZ=" + to_string(schedule.zone()) + " ";
    text += schedule.expression().text();
    if (schedule.when_missing() != gap::after)
        text += schedule.when_missing() == gap::skip ? ", missing: skip" : ", missing: shift";
    if (schedule.when_repeated() != fold::first)
        text += schedule.when_repeated() == fold::both ? ", repeated: both" : ", repeated: second";
    return text;
}

TASKS_END_NAMESPACE
