// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/options.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL slot_rules rules_of(options const& o)
{
    return {.missed = o.missed,
            .initial_delay = o.initial_delay,
            .grace = o.grace ? std::chrono::nanoseconds{*o.grace} : never,
            .jittered = static_cast<bool>(o.jitter)};
}

TASKS_DECL void check(schedule const& every)
{
    if (every.empty())
        throw bad_option{"tasks: the schedule is missing or empty: say when, as in .every = 5s; "
                         "0s is an interval of 0"};
}

TASKS_DECL void check(schedule const& every, tasks::overlap const& overlap)
{
    check(every);
    if (every.is_interval() && every.interval() == std::chrono::nanoseconds::zero() && overlap.is_unlimited())
        throw bad_option{"tasks: an interval of 0 s together with an unlimited overlap would start "
                         "iterations without end; "
                         "give a limit or an interval above 0"};
    if (every.is_fixed_delay() && overlap.limit() != 1)
        throw bad_option{"tasks: '" + to_string(every) +
                         "' together with an overlap other than 1: the delay begins when the iteration "
                         "before has ended"};
}

TASKS_DECL void check(options const& o)
{
    if (o.count && *o.count < 1)
        throw bad_option{"tasks: count " + std::to_string(*o.count) +
                         ": must be 1 or more (or omitted, which means no limit)"};
    using namespace std::chrono_literals;
    auto const require_measurable = [](std::string const& what, auto const& duration) {
        if (duration && *duration < 1ms)
            throw bad_option{"tasks: " + what + " " + duration_text(*duration) +
                             ": must be 1 ms or more, because no timer is more exact"};
    };
    require_measurable("grace", o.grace);
    require_measurable("expect", o.expect);
    if (o.timeout && *o.timeout == 0ns)
        throw bad_option{"tasks: timeout 0s: must be above 0 (or omitted, which means no limit)"};
    if (o.retries && *o.retries < 0)
        throw bad_option{"tasks: retries " + std::to_string(*o.retries) +
                         ": must be 0 or more (or omitted, which means no limit)"};
    check(o.every, o.overlap);
}

} // namespace detail
TASKS_END_NAMESPACE
