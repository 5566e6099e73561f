// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// The time of the wall clock that the loops of an execution context follow: the system's, or that of
/// `tasks::testing::virtual_time`.
///
/// Code that calls this instead of `std::chrono::system_clock::now` can be tested together with its loops.
///
/// @code
/// asio::awaitable<void> rotate(log_file& log)
/// {
///     log.open_for(tasks::now(co_await asio::this_coro::executor));
/// }
/// @endcode
///
/// @param where  an execution context, or any executor of it
/// @par Thread safety
/// Safe, except during construction and destruction of a `virtual_time` for that context.
/// @throws std::bad_alloc this is the first use of the context by the library, and there is no memory for its
/// timer queue
template <detail::executor_or_context Where>
[[nodiscard]] time_point now(Where&& where)
{
    return time_point{detail::timer_queue::of(detail::context_executor(where))->now().wall};
}

/// The same for the steady clock, which measures durations. In virtual time it starts at its epoch, so its
/// values are comparable only with other results of this function for the same context.
/// @throws as `now`
template <detail::executor_or_context Where>
[[nodiscard]] std::chrono::steady_clock::time_point steady_now(Where&& where)
{
    using std::chrono::steady_clock;
    auto const since_epoch = detail::timer_queue::of(detail::context_executor(where))->steady();
    return steady_clock::time_point{std::chrono::duration_cast<steady_clock::duration>(since_epoch)};
}

TASKS_END_NAMESPACE
