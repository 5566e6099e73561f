// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/loop/text.hpp>
#include <tasks/retry/exception_text.hpp>

#include <chrono>
#include <cstdio>

TASKS_BEGIN_NAMESPACE

TASKS_DECL std::string to_string(time_point t)
{
    using namespace std::chrono;
    // Round down to seconds first, because the begin of the day of the earliest instant is out of the range
    // of nanoseconds.
    auto const second = floor<seconds>(t);
    auto const day = floor<days>(second);
    year_month_day const date{day};
    hh_mm_ss const time{second - day};
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", int{date.year()},
                  unsigned{date.month()}, unsigned{date.day()}, static_cast<int>(time.hours().count()),
                  static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    std::string result{text};
    auto fraction = t.time_since_epoch() % seconds{1};
    if (fraction < fraction.zero())
        fraction += seconds{1};
    if (fraction != fraction.zero()) {
        std::snprintf(text, sizeof text, ".%09lld", static_cast<long long>(fraction.count()));
        result += text;
        result.erase(result.find_last_not_of('0') + 1);
    }
    return result + 'Z';
}

TASKS_DECL std::string to_string(iteration const& it)
{
    auto text = "iteration " + std::to_string(it.number) + " for " + to_string(it.slot) + ", " +
                detail::duration_text(it.lateness) + " late";
    if (it.attempt != 0)
        text += ", retry " + std::to_string(it.attempt);
    return text;
}

TASKS_DECL std::string to_string(missed policy)
{
    switch (policy.kind()) {
    case missed::policy::coalesce: return "coalesce";
    case missed::policy::skip: return "skip";
    case missed::policy::catch_up: return "catch_up(" + std::to_string((policy.max)()) + ")";
    case missed::policy::delay: return "delay";
    }
    return "?";
}

TASKS_DECL std::string to_string(overlap limit)
{
    return limit.is_unlimited() ? "unlimited" : std::to_string(limit.limit());
}

TASKS_DECL std::string to_string(loop_base const& l)
{
    auto text = (l.name().empty() ? std::string{} : l.name() + ": ") + to_string(l.every());
    text += l.is_being_cancelled() ? ", being cancelled" : l.is_running() ? ", running" : ", idle";
    if (l.failed())
        text += ", failed (" + what(l.exception()) + ")";
    if (l.is_running())
        text += ", iteration " + std::to_string(l.current_loop());
    if (auto const next = l.next_iteration())
        text += ", next " + to_string(*next);
    return text;
}

TASKS_END_NAMESPACE
