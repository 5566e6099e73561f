// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/clamped_duration.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/loop.hpp>

#include <chrono>
#include <concepts>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE

/// How long a shutdown waits. Made implicitly from the first of the two.
///
/// The longest duration of a type (`(std::chrono::seconds::max)()`), or one that does not fit into 64-bit
/// nanoseconds, means no limit.
struct shutdown_limits {
    /// @throws bad_option negative, or not a number
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

    std::chrono::nanoseconds deadline; ///< for the loops to end by `stop()`
    std::chrono::nanoseconds grace;    ///< then, for those left to end by `cancel()`; 1 s unless it is given
};

/// How a shutdown went: the names of the loops, in the order given; a loop without one goes by its position,
/// `#1`, `#2`, …
struct shutdown_report {
    std::vector<std::string>
        completed; ///< idle already, or ended by `stop()`, or destroyed, within the deadline
    std::vector<std::string> cancelled; ///< had to be cancelled
    std::vector<std::string>
        still_running; ///< did not end even so: a body ignores its cancellation, or blocks

    /// Whether all loops have ended.
    [[nodiscard]] bool all_ended() const noexcept { return still_running.empty(); }
};

namespace detail {

using loop_list = std::vector<ref<loop_core>>;

struct loop_access {
    [[nodiscard]] static ref<loop_core> core(loop_base const& l) noexcept { return l.core_; }
};

template <class T>
concept some_loop = std::derived_from<std::remove_cvref_t<T>, loop_base>;

/// A pointer to a loop, of any kind.
template <class T>
concept loop_pointer = !some_loop<T> && requires(T& p) {
    { *p } -> some_loop;
    static_cast<bool>(p);
};

/// A container of loops, or of pointers to loops.
template <class R>
concept loop_range = requires(R& r) {
    std::end(r);
    { *std::begin(r) } -> some_loop;
} || requires(R& r) {
    std::end(r);
    { *std::begin(r) } -> loop_pointer;
};

template <class... Loops>
[[nodiscard]] loop_list list_of(Loops const&... loops)
{
    loop_list cores; // not from an initializer_list, whose elements would be further references
    cores.reserve(sizeof...(Loops));
    (cores.push_back(loop_access::core(loops)), ...);
    return cores;
}

/// Null pointers are passed over.
template <loop_range R>
[[nodiscard]] loop_list loops_in(R& range)
{
    loop_list cores;
    for (auto&& l : range) {
        if constexpr (some_loop<decltype(l)>)
            cores.push_back(loop_access::core(l));
        else if (l)
            cores.push_back(loop_access::core(*l));
    }
    return cores;
}

[[nodiscard]] asio::awaitable<shutdown_report> shut_down(shutdown_limits limits, loop_list loops);
shutdown_report shut_down_and_wait(shutdown_limits const& limits, loop_list loops);

} // namespace detail

/// Ends loops in an orderly way: stops all of them at once, waits until they have ended, cancels at the
/// deadline what is left, and waits a little longer. Never longer than `deadline + grace`.
///
/// @code
/// auto const report = co_await tasks::async_shutdown(5s, poller, cleaner, reports);
/// for (auto const& name : report.cancelled)
///     fmt::print("{} did not finish in time\n", name);
/// @endcode
///
/// Lazy: nothing happens until the result is awaited or spawned. The loops may be destroyed meanwhile; that
/// counts as ended. One that is started again meanwhile is ended again. Call it from outside the loops' own
/// bodies and hooks, or they will wait for themselves.
///
/// @par Per-operation cancellation
/// Terminal: ends the wait with `operation_aborted`; the loops have been stopped.
/// @throws bad_option a limit is negative, or not a number; in the call itself
template <std::derived_from<loop_base>... Loops>
[[nodiscard]] asio::awaitable<shutdown_report> async_shutdown(shutdown_limits limits, Loops&... loops)
{
    limits.check();
    return detail::shut_down(limits, detail::list_of(loops...));
}

/// The same for a container of loops, or of pointers to loops (null pointers are passed over), which is
/// needed during the call only.
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

/// The same as `async_shutdown`, for code that is no coroutine: blocks this thread until the loops have
/// ended, or the limits are over. Other threads must be running the loops' contexts. The limits are those of
/// the real clock, also where virtual time moves the loops.
///
/// Meant for the destructor of an owner with threads of its own:
///
/// @code
/// ~service() { tasks::shutdown(5s, poller_, cleaner_); }
/// @endcode
///
/// When it returns and all loops have ended, no thread is in a body, a hook, or an argument's destructor of
/// theirs any more, so that the loops, and what they use, can be destroyed.
///
/// @throws std::logic_error this thread runs the context of one of the loops, so that it would wait for
/// itself; nothing has been
///   stopped then. Noticed on an `io_context` and a `thread_pool`, their strands, and
///   what the library makes for them.
/// @throws bad_option a limit is negative, or not a number
template <std::derived_from<loop_base>... Loops>
shutdown_report shutdown(shutdown_limits limits, Loops&... loops)
{
    return detail::shut_down_and_wait(limits, detail::list_of(loops...));
}

/// The same for a container of loops, or of pointers to loops; null pointers are passed over.
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
