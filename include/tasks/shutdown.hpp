// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/loop_core.hpp>
#include <tasks/loop.hpp>

#include <chrono>
#include <concepts>
#include <string>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// How long `async_shutdown` waits. Made implicitly from the first of the two.
struct shutdown_limits {
    template <class Rep, class Period>
    shutdown_limits(std::chrono::duration<Rep, Period> deadline_in)
        : deadline{std::chrono::duration_cast<std::chrono::nanoseconds>(deadline_in)}
    {
    }
    shutdown_limits(std::chrono::nanoseconds deadline_in, std::chrono::nanoseconds grace_in)
        : deadline{deadline_in}
        , grace{grace_in}
    {
    }

    std::chrono::nanoseconds deadline;                        ///< for the loops to end by `stop()`
    std::chrono::nanoseconds grace = std::chrono::seconds{1}; ///< then, for those left to end by `cancel()`
};

/// How `async_shutdown` went: the names of the loops, in the order given; a loop without one goes by its position, `#1`, `#2`, …
struct shutdown_report {
    std::vector<std::string> completed; ///< idle already, or ended by `stop()` within the deadline
    std::vector<std::string> cancelled; ///< had to be cancelled
    std::vector<std::string>
        still_running; ///< did not end even so: a body ignores its cancellation, or blocks

    /// Whether all loops have ended.
    [[nodiscard]] bool all_ended() const noexcept { return still_running.empty(); }
};

namespace detail {

struct loop_access {
    [[nodiscard]] static ref<loop_core> core(loop_base const& l) noexcept { return l.core_; }
};

[[nodiscard]] asio::awaitable<shutdown_report> shut_down(shutdown_limits limits,
                                                         std::vector<ref<loop_core>> loops);

} // namespace detail

/// Ends loops in an orderly way: stops all of them at once, waits until they have ended, cancels at the deadline what is left, and
/// waits a little longer. Never longer than `deadline + grace`.
///
/// @code
/// auto const report = co_await tasks::async_shutdown(5s, poller, cleaner, reports);
/// for (auto const& name : report.cancelled)
///     fmt::print("{} did not finish in time\n", name);
/// @endcode
///
/// Lazy: nothing happens until the result is awaited or spawned. The loops may be destroyed meanwhile; that counts as ended. Call it from
/// outside the loops' own bodies and hooks, or they will wait for themselves.
///
/// @par Per-operation cancellation
/// Terminal: ends the wait with `operation_aborted`; the loops have been stopped.
template <std::derived_from<loop_base>... Loops>
[[nodiscard]] asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits, Loops&... loops)
{
    return detail::shut_down(limits, {detail::loop_access::core(loops)...});
}

/// The same for a number of loops known at run time only. Null pointers are passed over.
[[nodiscard]] inline asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits,
                                                                     std::vector<loop_base*> const& loops)
{
    std::vector<detail::ref<detail::loop_core>> cores;
    for (auto const* l : loops)
        if (l)
            cores.push_back(detail::loop_access::core(*l));
    return detail::shut_down(limits, std::move(cores));
}

TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/impl/shutdown.ipp>
#endif
