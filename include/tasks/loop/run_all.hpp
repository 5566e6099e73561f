// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/always_false.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/body.hpp>
#include <tasks/loop/detail/joint_run.hpp>
#include <tasks/loop/detail/loop_list.hpp>
#include <tasks/loop/loop.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// A loop that may be controlled, so it is not const.
template <class T>
concept startable_loop = some_loop<T> && !std::is_const_v<T>;

template <class R>
concept startable_range = loop_range<R> && (requires(R& r) {
    requires startable_loop<std::remove_reference_t<decltype(*std::begin(r))>>;
} || requires(R& r) { requires startable_loop<std::remove_reference_t<decltype(**std::begin(r))>>; });

/// Whether arguments of these types, as deduced for forwarding references, are named loops or a container.
template <class... Given>
inline constexpr bool are_loops =
    ((startable_loop<std::remove_reference_t<Given>> && std::is_lvalue_reference_v<Given>) && ...);
template <startable_range Given>
inline constexpr bool are_loops<Given> = true;

[[nodiscard]] inline asio::awaitable<void> run_all_of(loop_list const& loops)
{
    return run_together(ref{new joint_run{loops, joint_run::decided_by::first_failure}});
}

[[nodiscard]] inline asio::awaitable<std::size_t> run_any_of(loop_list const& loops)
{
    if (std::count(loops.begin(), loops.end(), ref<loop_core>{}) == std::ssize(loops))
        throw bad_option{"tasks: run_any() of no loop: needs one, because it waits for the first that ends"};
    return run_until_first_end(ref{new joint_run{loops, joint_run::decided_by::first_end}});
}

} // namespace detail

#define TASKS_NOT_LOOPS                                                                                      \
    " takes loops by name, (a, b), or one container of loops or of pointers to loops; a loop that is const " \
    "or a temporary cannot be run"

/// Runs loops together, for structured code: starts those that are idle, and waits until all have ended, so
/// that no loop outlives the statement.
///
/// @code
/// tasks::loop poll{io, 10s, [&] { return read(sensor); }};
/// tasks::loop report{io, tasks::day_at(3h), [&] { return send(sensor); }};
/// co_await tasks::run_all(poll, report);
/// @endcode
///
/// The first failure of a run stops the others as `stop()` does, and is thrown when all have ended. Further
/// failures go to the error hooks and the log, as always. A loop that is running already is not started, but
/// belongs to it in the same way. So start a loop whose body takes arguments before, with `start(args…)`.
/// What counts is the run in progress: a run that follows it, by `restart()`, is neither awaited nor stopped.
///
/// When it ends, no thread is in a body, a hook, or the destructor of an argument of these runs any more,
/// unless a loop was destroyed meanwhile. Without loops it ends at once. A loop may be given twice.
///
/// Lazy: nothing happens until the result is awaited or spawned. Must be awaited outside the loops' own
/// bodies and hooks, because they would wait for themselves.
///
/// @throws anything with which a run fails
/// @throws abandoned a loop or its execution context is gone, or is destroyed meanwhile
/// @throws std::logic_error a loop is idle and its body takes arguments
/// @throws std::logic_error it is awaited in a body or a hook of one of the loops; nothing has been started
/// @throws std::bad_alloc thrown by the call itself, or for a loop that could not be started
/// @throws system_error `no_memory`: the wait could not be started; nothing has been started
///
/// A loop that cannot be started counts as one that fails.
///
/// @par Per-operation cancellation
/// Is handed on, as by `async_run`: terminal acts as `cancel()` of all loops, partial and total as `stop()`.
/// It ends when all have ended, and as they do.
/// @par Lifetime
/// If the coroutine that awaits it is destroyed, together with its execution context, the loops are stopped.
template <class... Loops>
    requires(detail::startable_loop<Loops> && ...)
[[nodiscard]] asio::awaitable<void> run_all(Loops&... loops)
{
    return detail::run_all_of(detail::list_of(loops...));
}

/// As above, for a container of loops or of pointers to loops. Null pointers are skipped. The container is
/// used during the call only.
template <detail::startable_range Range>
[[nodiscard]] asio::awaitable<void> run_all(Range&& loops)
{
    return detail::run_all_of(detail::loops_by_position(loops));
}

/// @overload
[[nodiscard]] inline asio::awaitable<void> run_all(std::vector<loop_base*> const& loops)
{
    return detail::run_all_of(detail::loops_by_position(loops));
}

/// As `run_all`, but the first loop that ends, in whatever way, stops the others. Ends when all have ended.
///
/// @code
/// switch (co_await tasks::run_any(watch_signal, watch_disk, serve)) {
/// case 0: fmt::print("asked to end\n"); break;
/// @endcode
///
/// @returns the position of the loop that ended first, counted from 0 in the order given, null pointers
/// included
/// @throws anything with which that one fails, as `run_all`; how the others end does not matter
/// @throws bad_option the container has no loop; thrown by the call itself
template <class... Loops>
    requires(sizeof...(Loops) != 0 && (detail::startable_loop<Loops> && ...))
[[nodiscard]] asio::awaitable<std::size_t> run_any(Loops&... loops)
{
    return detail::run_any_of(detail::list_of(loops...));
}

/// As above, for a container of loops or of pointers to loops.
template <detail::startable_range Range>
[[nodiscard]] asio::awaitable<std::size_t> run_any(Range&& loops)
{
    return detail::run_any_of(detail::loops_by_position(loops));
}

/// @overload
[[nodiscard]] inline asio::awaitable<std::size_t> run_any(std::vector<loop_base*> const& loops)
{
    return detail::run_any_of(detail::loops_by_position(loops));
}

// The following overloads take wrong arguments, only for the error message.
template <class... Given>
    requires(!detail::are_loops<Given...>)
asio::awaitable<void> run_all(Given&&...)
{
    static_assert(detail::always_false<detail::type_list<Given...>>, "tasks: run_all" TASKS_NOT_LOOPS);
    return detail::run_all_of({});
}
template <class... Given>
    requires(sizeof...(Given) == 0 || !detail::are_loops<Given...>)
asio::awaitable<std::size_t> run_any(Given&&...)
{
    static_assert(sizeof...(Given) != 0, "tasks: run_any() needs a loop: it waits for the first that ends");
    static_assert(sizeof...(Given) == 0, "tasks: run_any" TASKS_NOT_LOOPS);
    return detail::run_any_of({});
}

#undef TASKS_NOT_LOOPS

TASKS_END_NAMESPACE
