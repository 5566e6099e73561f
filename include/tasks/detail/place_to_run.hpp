// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>
#include <tasks/detail/serial_executor.hpp>

#include <concepts>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
concept io_context_like =
    std::derived_from<T, asio::execution_context> && requires(T& c) { c.get_executor(); };

/// Where a loop may run: an execution context or an executor.
template <class T>
concept place_to_run = io_context_like<std::remove_cvref_t<T>> ||
                       std::constructible_from<asio::any_io_executor, std::remove_cvref_t<T> const&>;

/// The executor to reach it.
template <place_to_run T>
[[nodiscard]] asio::any_io_executor context_executor(T& where)
{
    if constexpr (io_context_like<T>)
        return where.get_executor();
    else
        return where;
}

/// A context may be run by several threads, so its loop gets a strand; an executor is taken as it is.
template <place_to_run T>
[[nodiscard]] asio::any_io_executor executor_for(T& where)
{
    if constexpr (!io_context_like<T>) {
        return context_executor(where);
    } else {
        using executor = std::remove_cvref_t<decltype(where.get_executor())>;
        if constexpr (knows_its_threads<executor>)
            return serial_executor{ref<serializer>{new serializer_on<executor>(where.get_executor())}};
        else
            return asio::make_strand(where.get_executor());
    }
}

} // namespace detail
TASKS_END_NAMESPACE
