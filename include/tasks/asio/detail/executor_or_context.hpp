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

/// An execution context or an executor: a target that a loop can run on.
template <class T>
concept executor_or_context = io_context_like<std::remove_cvref_t<T>> ||
                              std::constructible_from<asio::any_io_executor, std::remove_cvref_t<T> const&>;

/// The executor of the context, or the executor itself.
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

/// Returns an executor that runs functions one at a time, on a context that many threads may run.
template <io_context_like Context>
[[nodiscard]] asio::any_io_executor strand_on(Context& context)
{
    using executor = std::remove_cvref_t<decltype(context.get_executor())>;
    if constexpr (knows_its_threads<executor>)
        return strand{ref<strand_impl>{new strand_impl_on<executor>(context.get_executor())}};
    else
        return asio::make_strand(context.get_executor());
}

/// Overloads for Asio's own contexts. They are not templates, so that only the compiled library instantiates
/// Asio's strands, which would take half of the compile time of a file with one loop.
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::io_context& context);
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::thread_pool& context);
/// The same for `asio::system_executor`.
[[nodiscard]] asio::any_io_executor strand_of_system();

/// The same for an executor that is known to run several functions at once; returns any other unchanged.
[[nodiscard]] asio::any_io_executor one_at_a_time(asio::any_io_executor const& executor);

/// The executor for a loop, which runs functions one at a time. A context, and an executor of one of Asio's
/// pools, may use several threads, so the loop gets a strand; any other executor is used unchanged.
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
