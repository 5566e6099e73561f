// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/cron.hpp>
#include <tasks/schedule/detail/cron_mistake.hpp>
#include <tasks/schedule/detail/cron_times.hpp>
#include <tasks/schedule/detail/local_instants.hpp>
#include <tasks/time/offset_span.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// UTC as a zone of `local_instants`, without the shared table of a `time_zone`.
struct utc_clock {
    [[nodiscard]] static offset_span at(time_point) noexcept
    {
        return {(time_point::min)(), (time_point::max)(), std::chrono::seconds{0}};
    }
};

} // namespace detail

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
    // no rule matters, because no clock is set
    return detail::local_instants{detail::cron_times{fields_, after}, detail::utc_clock{}, gap::after,
                                  fold::first}
        .next(after);
}

TASKS_END_NAMESPACE
