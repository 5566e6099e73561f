// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The result of an operation that could not be started.
template <class Result>
[[nodiscard]] Result initiation_failure() noexcept
{
    if constexpr (std::same_as<Result, error_code>)
        return asio::error::no_memory;
    else
        return std::current_exception();
}

/// Starts an operation with completion signature `void(Result, Values…)`. If `begin` throws, it must leave
/// the handler unchanged.
///
/// Asio cannot pass an exception from an initiating function to an awaiting coroutine; it terminates. So the
/// coroutine is resumed with the failure, and `values`, at once, as by `asio::dispatch`.
template <class Result, class Handler, class Begin, class... Values>
void initiate(Handler& handler, Begin begin, Values&... values)
{
    using awaiting_coroutine =
        typename asio::async_result<asio::use_awaitable_t<>, void(Result, Values...)>::handler_type;
    if constexpr (std::same_as<Handler, awaiting_coroutine>) {
        try {
            begin(handler);
        } catch (...) {
            auto const failure = initiation_failure<Result>();
            std::move(handler)(failure, std::move(values)...);
        }
    } else {
        begin(handler);
    }
}

} // namespace detail
TASKS_END_NAMESPACE
