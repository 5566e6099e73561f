// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/time/time_point.hpp>
#include <tasks/timer/detail/timer_queue.hpp>

#include <chrono>

TASKS_BEGIN_NAMESPACE

/// What the wall clock shows that the loops of an execution context follow: the system's, or that of `tasks::testing::virtual_time`.
///
/// Code that asks here instead of `std::chrono::system_clock` is testable with its loops.
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
/// Safe, but for the construction and the destruction of a `virtual_time` of that context.
/// @throws std::bad_alloc the context has had no loop, ticker or sleep yet, and there is no memory for what they share
template <detail::executor_or_context Where>
[[nodiscard]] time_point now(Where&& where)
{
    return time_point{detail::timer_queue::of(detail::context_executor(where))->now().wall};
}

/// The same of the steady clock, which measures how long something takes. In virtual time it begins at its epoch, so compare it with nothing
/// but other answers of this function for the same context.
/// @throws as `now`
template <detail::executor_or_context Where>
[[nodiscard]] std::chrono::steady_clock::time_point steady_now(Where&& where)
{
    using std::chrono::steady_clock;
    auto const since_epoch = detail::timer_queue::of(detail::context_executor(where))->steady();
    return steady_clock::time_point{std::chrono::duration_cast<steady_clock::duration>(since_epoch)};
}

TASKS_END_NAMESPACE
