// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/errors.hpp>
#include <tasks/loop/options.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

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
}

TASKS_DECL void check(options const& o)
{
    if (o.count && *o.count < 1)
        throw bad_option{"tasks: count " + std::to_string(*o.count) +
                         ": must be 1 or more (or omitted, which means no limit)"};
    check(o.every, o.overlap);
}

} // namespace detail
TASKS_END_NAMESPACE
