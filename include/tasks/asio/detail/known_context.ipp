// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/holds.hpp>
#include <tasks/asio/detail/known_context.hpp>
#include <tasks/asio/detail/strand.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL known_context known_context_of(asio::any_io_executor const& executor)
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
