// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// Sets how long a wake-up of a context may be delayed so that it serves several loops at once. The default
/// is 1 ms; with 0 each wake-up is exact; more than 30 s count as 30 s, because waits for the wall clock read
/// it that often.
///
/// Applies only while the context has more than 100 loops and sleeps; with fewer, and for waits that are
/// already due, there is no delay. Slots do not move, only the moment at which the context's one timer fires.
/// Thread-safe.
/// @throws bad_option the slack is negative
template <detail::executor_or_context Where>
void set_timer_slack(Where&& where, std::chrono::nanoseconds slack)
{
    if (slack < std::chrono::nanoseconds::zero())
        throw bad_option{"tasks: a timer slack of " + detail::duration_text(slack) + ": must be 0 or more"};
    detail::timer_queue::of(detail::context_executor(where))->set_slack(slack);
}

TASKS_END_NAMESPACE
