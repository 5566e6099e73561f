// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/loop/detail/loop_list.hpp>
#include <tasks/loop/loop.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// The limits of a shutdown. Converts implicitly from a duration, the deadline.
///
/// The longest duration of a type (`(std::chrono::seconds::max)()`), or one that does not fit into 64-bit
/// nanoseconds, means no limit.
struct shutdown_limits {
    /// @throws bad_option it is negative, or not a number
    template <class Rep, class Period>
    shutdown_limits(std::chrono::duration<Rep, Period> deadline_in)
        : shutdown_limits{deadline_in, std::chrono::seconds{1}}
    {
    }
    /// @throws bad_option one of them is negative, or not a number
    shutdown_limits(detail::clamped_duration deadline_in, detail::clamped_duration grace_in)
        : deadline{deadline_in}
        , grace{grace_in}
    {
        check();
    }

    /// @throws bad_option a member is negative
    void check() const;

    std::chrono::nanoseconds deadline; ///< for the loops to end after `stop()`
    std::chrono::nanoseconds grace;    ///< then, for the others to end after `cancel()`; default: 1 s
};

/// The outcome of a shutdown: the names of the loops, in the order given. A loop without a name is listed by
/// its position, as `#1`, `#2`, …
struct shutdown_report {
    std::vector<std::string> completed;     ///< idle, ended by `stop()` or destroyed, within the deadline
    std::vector<std::string> cancelled;     ///< had to be cancelled
    std::vector<std::string> still_running; ///< did not end: the body ignores its cancellation or blocks

    /// Whether all loops have ended.
    [[nodiscard]] bool all_ended() const noexcept { return still_running.empty(); }
};

namespace detail {

[[nodiscard]] asio::awaitable<shutdown_report> shut_down(shutdown_limits limits, loop_list loops);
shutdown_report shut_down_and_wait(shutdown_limits const& limits, loop_list loops);

} // namespace detail

/// Ends loops in an orderly way: stops all of them, waits until they have ended, cancels the remaining ones
/// at the deadline, and waits for the grace period. Takes no longer than `deadline + grace`.
///
/// @code
/// auto const report = co_await tasks::async_shutdown(5s, poller, cleaner, reports);
/// for (auto const& name : report.cancelled)
///     fmt::print("{} did not finish in time\n", name);
/// @endcode
///
/// Lazy: nothing happens until the result is awaited or spawned. A loop that is destroyed meanwhile counts as
/// ended; one that is started again is ended again. Must be called from outside the loops' own bodies and
/// hooks, because they would wait for themselves.
///
/// @par Per-operation cancellation
/// Terminal: ends the wait with `operation_aborted`; the loops have been stopped.
/// @throws bad_option a limit is negative, or not a number; thrown by the call itself
template <std::derived_from<loop_base>... Loops>
[[nodiscard]] asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits, Loops&... loops)
{
    limits.check();
    return detail::shut_down(limits, detail::list_of(loops...));
}

/// As above, for a container of loops or of pointers to loops. Null pointers are skipped. The container is
/// used during the call only.
template <detail::loop_range Range>
[[nodiscard]] asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits, Range&& loops)
{
    limits.check();
    return detail::shut_down(limits, detail::loops_in(loops));
}

/// @overload
[[nodiscard]] inline asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits,
                                                                     std::vector<loop_base*> const& loops)
{
    limits.check();
    return detail::shut_down(limits, detail::loops_in(loops));
}

/// As `async_shutdown`, for code outside coroutines: blocks this thread until the loops have ended or the
/// limits have passed. Other threads must run the loops' contexts. The limits use the real clock, even if the
/// loops use virtual time.
///
/// Intended for the destructor of an owner that has its own threads:
///
/// @code
/// ~service() { tasks::shutdown(5s, poller_, cleaner_); }
/// @endcode
///
/// If all loops have ended when it returns, no thread is in a body, a hook, or the destructor of an argument
/// of these loops any more. The loops, and the objects they use, can then be destroyed.
///
/// @throws std::logic_error this thread runs the context of one of the loops, and would wait for itself;
/// nothing has been stopped then. Detected for an `io_context` and a `thread_pool`, their strands, and the
/// strands that the library makes for them.
/// @throws bad_option a limit is negative, or not a number
template <std::derived_from<loop_base>... Loops>
shutdown_report shutdown(shutdown_limits limits, Loops&... loops)
{
    return detail::shut_down_and_wait(limits, detail::list_of(loops...));
}

/// As above, for a container of loops or of pointers to loops. Null pointers are skipped.
template <detail::loop_range Range>
shutdown_report shutdown(shutdown_limits limits, Range&& loops)
{
    return detail::shut_down_and_wait(limits, detail::loops_in(loops));
}

/// @overload
inline shutdown_report shutdown(shutdown_limits limits, std::vector<loop_base*> const& loops)
{
    return detail::shut_down_and_wait(limits, detail::loops_in(loops));
}

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/loop/detail/shutdown.ipp>
#endif
