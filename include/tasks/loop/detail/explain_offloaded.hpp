// SPDX-License-Identifier: MIT
#pragma once

/// The error messages for functions that cannot be offloaded; see explain.hpp.

#include <tasks/base/stop_token.hpp>
#include <tasks/loop/detail/explain.hpp>
#include <tasks/loop/detail/offload_op.hpp>

#include <concepts>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Checks the result of the function given to `offload`.
template <class R>
consteval bool explain_offloaded_result()
{
    constexpr bool value = !std::is_reference_v<R>;
    constexpr bool coroutine = is_awaitable<std::remove_cvref_t<R>>;
    constexpr bool stored = std::is_void_v<R> || (std::default_initializable<R> && std::movable<R>);
    static_assert(value,
                  "tasks: the function given to offload() returns a reference, which could dangle when "
                  "it arrives; return a value or a pointer");
    static_assert(!coroutine,
                  "tasks: the function given to offload() is a coroutine, which would be created "
                  "there, but run here; run it with asio::co_spawn(where, f, asio::use_awaitable)");
    static_assert(stored || !value || coroutine,
                  "tasks: the result of a function given to offload() must be default-constructible and "
                  "movable, because the completion handler gets one even with an exception; return it in a "
                  "std::optional");
    return value && !coroutine && stored;
}

/// Checks the function given to `offload`.
template <class F>
consteval bool explain_offloaded()
{
    using function = std::decay_t<F>;
    constexpr bool stored = std::constructible_from<function, F>;
    constexpr bool called = is_awaitable<function>;
    constexpr bool callable = std::is_invocable_v<function, stop_token> || std::is_invocable_v<function>;
    static_assert(stored, "tasks: offload() stores its function, and this one cannot be copied; pass it with "
                          "std::move");
    static_assert(!called,
                  "tasks: the function given to offload() is a coroutine that has been called already; "
                  "await it, or run it elsewhere with asio::co_spawn");
    static_assert(called || callable,
                  "tasks: offload() calls its function once, as f(tasks::stop_token) or as f(), and this one "
                  "cannot be called so; bind its arguments in a lambda");
    if constexpr (stored && callable)
        return explain_offloaded_result<typename offloaded_call<function>::result>();
    else
        return false;
}

} // namespace detail
TASKS_END_NAMESPACE
