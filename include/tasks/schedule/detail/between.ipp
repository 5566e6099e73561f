// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/schedule/between.hpp>

#include <algorithm>

TASKS_BEGIN_NAMESPACE

TASKS_DECL between::between(time_of_day from, time_of_day to)
    : from_{from}
    , to_{to}
{
    if (from == to)
        throw bad_option{"tasks: between(" + to_string(from) + ", " + to_string(to) +
                         "): from and to must differ; for the whole day leave it out"};
}

TASKS_DECL bool between::shows(detail::local_reading l) const noexcept
{
    bool const begun = l.time >= from_.since_midnight();
    bool const ended = l.time >= to_.since_midnight();
    return from_ < to_ ? begun && !ended : begun || !ended;
}

TASKS_DECL std::optional<detail::local_reading> between::change_after(detail::local_reading l) const noexcept
{
    auto const earlier = (std::min)(from_, to_).since_midnight();
    auto const later = (std::max)(from_, to_).since_midnight();
    if (l.time < earlier)
        return detail::local_reading{l.day, earlier};
    if (l.time < later)
        return detail::local_reading{l.day, later};
    return detail::local_reading{l.day + std::chrono::days{1}, earlier};
}

TASKS_DECL std::string to_string(between const& s)
{
    return "between(" + to_string(s.from()) + ", " + to_string(s.to()) + ')' + detail::zone_text(s.zone());
}

TASKS_END_NAMESPACE
