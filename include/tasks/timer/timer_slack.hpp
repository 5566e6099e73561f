// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// Sets by how much a wake-up of a context may be put off so that it serves several loops at once. Default: 1 ms; 0: each is exact;
/// more than 30 s count as 30 s, because waits for the wall clock look at it that often.
///
/// It takes effect only while a context has more than 100 loops and sleeps; with fewer, and for what is due already, nothing is ever put
/// off. No slot moves: only the moment at which the one timer of the context fires. Thread-safe.
/// @throws bad_option the slack is negative
template <detail::executor_or_context Where>
void set_timer_slack(Where&& where, std::chrono::nanoseconds slack)
{
    if (slack < std::chrono::nanoseconds::zero())
        throw bad_option{"tasks: a timer slack of " + detail::duration_text(slack) + ": must be 0 or more"};
    detail::timer_queue::of(detail::context_executor(where))->set_slack(slack);
}

TASKS_END_NAMESPACE
