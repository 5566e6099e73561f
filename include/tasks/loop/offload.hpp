// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/base/stop_token.hpp>
#include <tasks/loop/detail/explain_offloaded.hpp>
#include <tasks/loop/detail/offload_op.hpp>

#include <exception>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE

/// Runs a function that blocks on another executor, and completes here with its result or exception. For work
/// that would keep the threads of a loop from everything else: files, long calculations, libraries that wait.
///
/// @code
/// asio::thread_pool pool{4};
/// tasks::loop report{io, {.every = 1h, .timeout = 5min}, [&]() -> asio::awaitable<void> {
///     auto const rows = co_await tasks::offload(pool, [](tasks::stop_token stop) { return query(stop); });
///     co_await send(rows);
/// }};
/// @endcode
///
/// The function is posted, called once, and destroyed on that executor before the operation completes.
///
/// @param where an execution context or an executor
/// @param f called as `f(tasks::stop_token)` if it can be, otherwise as `f()`; may be move-only. Its result
/// is void, or a value that is default-constructible and movable.
///
/// @par Completion signature
/// `void(std::exception_ptr, R)`, or `void(std::exception_ptr)` if the function returns void, with
///
/// - the exception of the function
/// - `operation_aborted` if the operation was cancelled before the function's turn; it is not called then
/// - `abandoned` if the executor destroyed the function before its turn
/// - `std::bad_alloc`, or what posting to `where` throws; the function has not been called then
/// - null otherwise
///
/// With `use_awaitable` it is thrown. A handler without an associated executor is called on `where`.
/// @par Per-operation cancellation
/// All types request the stop of the function's token. The operation ends when the function has ended, never
/// before, and as the function does: a result that it returns all the same is not lost. If the function stops
/// early because of the request, it should throw, for example `operation_aborted`.
/// @par Lifetime
/// A loop may be destroyed while its body awaits the operation: the stop is requested, the function runs on,
/// its result is destroyed, and then the coroutine is. So the function may use the coroutine's variables, but
/// not an object that goes together with the loop. If the caller's execution context is destroyed, the stop
/// is requested and the coroutine destroyed at once. So let the threads of `where` end before
/// (`pool.join()`), by declaring the pool after the context.
/// @par Thread safety
/// As any operation of Asio: the call and the cancellation belong to the handler's executor.
template <class Where, class F, class Token = asio::use_awaitable_t<>>
auto offload(Where&& where, F&& f, Token&& token = {})
{
    if constexpr (detail::explain_where<Where>() && detail::explain_offloaded<F>()) {
        using result = typename detail::offloaded_call<std::decay_t<F>>::result;
        detail::initiate_offload initiation{detail::context_executor(where)};
        if constexpr (std::is_void_v<result>)
            return asio::async_initiate<Token, void(std::exception_ptr)>(std::move(initiation), token,
                                                                         std::forward<F>(f));
        else
            return asio::async_initiate<Token, void(std::exception_ptr, result)>(
                std::move(initiation), token, std::forward<F>(f), result());
    }
}

TASKS_END_NAMESPACE
