// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/parse.hpp>
#include <tasks/schedule/cron.hpp>

TASKS_BEGIN_NAMESPACE

TASKS_DECL void detail::throw_cron_mistake(cron_mistake const& mistake, std::string_view text)
{
    throw bad_option{std::string{message_of(mistake, text).view()}};
}

TASKS_DECL std::string to_string(cron_expression const& expression)
{
    return std::string{expression.text()};
}

TASKS_DECL cron cron_expression::in(std::string_view zone) const
{
    return cron{*this}.in(zone);
}

TASKS_DECL cron cron_expression::in(time_zone const& zone) const
{
    return cron{*this}.in(zone);
}

TASKS_DECL cron cron_expression::when_missing(gap rule) const
{
    return cron{*this}.when_missing(rule);
}

TASKS_DECL cron cron_expression::when_repeated(fold rule) const
{
    return cron{*this}.when_repeated(rule);
}

TASKS_DECL std::optional<time_point> cron_expression::next(time_point after) const
{
    return cron{*this}.next(after);
}

TASKS_END_NAMESPACE
