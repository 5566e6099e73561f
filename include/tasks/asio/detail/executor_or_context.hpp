// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/strand.hpp>

#include <concepts>
#include <type_traits>

TASKS_BEGIN_NAMESPACE
namespace detail {

template <class T>
concept io_context_like =
    std::derived_from<T, asio::execution_context> && requires(T& c) { c.get_executor(); };

/// Where a loop may run: an execution context or an executor.
template <class T>
concept executor_or_context = io_context_like<std::remove_cvref_t<T>> ||
                              std::constructible_from<asio::any_io_executor, std::remove_cvref_t<T> const&>;

/// The executor to reach it.
template <executor_or_context T>
[[nodiscard]] asio::any_io_executor context_executor(T& where)
{
    if constexpr (io_context_like<T>)
        return where.get_executor();
    else
        return where;
}

template <class Executor>
inline constexpr bool is_pool_executor = false;
template <class Allocator, unsigned Bits>
inline constexpr bool is_pool_executor<asio::thread_pool::basic_executor_type<Allocator, Bits>> = true;

template <class Executor>
inline constexpr bool is_system_executor = false;
template <class Blocking, class Relationship, class Allocator>
inline constexpr bool is_system_executor<asio::basic_system_executor<Blocking, Relationship, Allocator>> =
    true;

/// An executor that runs functions one at a time, on a context that many threads may run.
template <io_context_like Context>
[[nodiscard]] asio::any_io_executor strand_on(Context& context)
{
    using executor = std::remove_cvref_t<decltype(context.get_executor())>;
    if constexpr (knows_its_threads<executor>)
        return strand{ref<strand_impl>{new strand_impl_on<executor>(context.get_executor())}};
    else
        return asio::make_strand(context.get_executor());
}

/// The same for Asio's own contexts. These are not templates, so that only the compiled library instantiates
/// Asio's strands, which take half of the time that a file with one loop would.
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::io_context& context);
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::thread_pool& context);
/// The same for `asio::system_executor`.
[[nodiscard]] asio::any_io_executor strand_of_system();

/// The same for an executor that is known to run two functions at once; any other as it is.
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::any_io_executor const& executor);

/// Where a loop's functions run one at a time. A context may be run by several threads, and so may an executor of one of Asio's pools, so
/// the loop gets a strand; any other executor is taken as it is.
template <executor_or_context T>
[[nodiscard]] asio::any_io_executor executor_for(T& where)
{
    using target = std::remove_cvref_t<T>;
    if constexpr (std::same_as<target, asio::io_context> || std::same_as<target, asio::thread_pool> ||
                  std::same_as<target, asio::any_io_executor>)
        return one_at_a_time(where);
    else if constexpr (io_context_like<T>)
        return strand_on(where);
    else if constexpr (is_pool_executor<target>)
        return one_at_a_time(static_cast<asio::thread_pool&>(asio::query(where, asio::execution::context)));
    else if constexpr (is_system_executor<target>)
        return strand_of_system();
    else
        return where;
}

} // namespace detail
TASKS_END_NAMESPACE

#if !defined(TASKS_SEPARATE_COMPILATION)
#include <tasks/asio/detail/executor_or_context.ipp>
#endif
