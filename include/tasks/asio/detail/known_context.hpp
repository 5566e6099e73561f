// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/strand.hpp>

#include <typeinfo>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Whether `type` is `Executor`, with any relationship and outstanding-work properties.
template <class Executor>
[[nodiscard]] bool is_form_of(std::type_info const& type) noexcept
{
    using namespace asio::execution;
    using continuing = typename asio::prefer_result<Executor, relationship_t::continuation_t>::type;
    using tracked = typename asio::prefer_result<Executor, outstanding_work_t::tracked_t>::type;
    using both = typename asio::prefer_result<continuing, outstanding_work_t::tracked_t>::type;
    return type == typeid(Executor) || type == typeid(continuing) || type == typeid(tracked) ||
           type == typeid(both);
}

/// Whether the target of `executor` is an `Executor`, with any properties.
template <class Executor>
[[nodiscard]] bool holds(asio::any_io_executor const& executor) noexcept
{
    using blocking = asio::execution::blocking_t;
    auto const& type = executor.target_type();
    if (is_form_of<Executor>(type) ||
        is_form_of<typename asio::require_result<Executor, blocking::never_t>::type>(type))
        return true;
    if constexpr (asio::can_require<Executor, blocking::always_t>::value)
        return is_form_of<typename asio::require_result<Executor, blocking::always_t>::type>(type);
    else
        return false;
}

/// The context of an executor if it is one of Asio's own.
struct known_context {
    asio::io_context* io = nullptr;
    asio::thread_pool* pool = nullptr;

    explicit operator bool() const noexcept { return io || pool; }
};

/// Returns the context of an executor; for a strand, that of the inner executor.
[[nodiscard]] inline known_context known_context_of(asio::any_io_executor const& executor)
{
    using asio::execution::context;
    if (holds<asio::io_context::executor_type>(executor))
        return {.io = static_cast<asio::io_context*>(&asio::query(executor, context))};
    if (holds<asio::thread_pool::executor_type>(executor))
        return {.pool = static_cast<asio::thread_pool*>(&asio::query(executor, context))};
    if (auto const* const s = strand_impl_of(executor))
        return known_context_of(s->context_executor());
    if (auto const* s = target_of<asio::strand<asio::io_context::executor_type>>(executor))
        return known_context_of(s->get_inner_executor());
    if (auto const* s = target_of<asio::strand<asio::thread_pool::executor_type>>(executor))
        return known_context_of(s->get_inner_executor());
    if (auto const* s = target_of<asio::strand<asio::any_io_executor>>(executor))
        return known_context_of(s->get_inner_executor());
    return {};
}

} // namespace detail
TASKS_END_NAMESPACE
