// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/asio/detail/strand.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Whether the executor is an `Executor`, or a strand on one, whose context is run by this thread.
template <class Executor>
[[nodiscard]] bool is_run_here(asio::any_io_executor const& executor) noexcept
{
    if (auto const* const e = target_of<Executor>(executor))
        return e->running_in_this_thread();
    if (auto const* const s = target_of<asio::strand<Executor>>(executor))
        return s->get_inner_executor().running_in_this_thread();
    return false;
}

/// Whether this thread runs the executor's context. False for executors that are neither Asio's nor the
/// library's, because they cannot be queried.
[[nodiscard]] inline bool runs_in_this_thread(asio::any_io_executor const& executor) noexcept
{
    if (auto const* const s = strand_impl_of(executor))
        return s->runs_this_thread();
    if (auto const* const s = target_of<asio::strand<asio::any_io_executor>>(executor))
        return runs_in_this_thread(s->get_inner_executor());
    return is_run_here<asio::io_context::executor_type>(executor) ||
           is_run_here<asio::thread_pool::executor_type>(executor);
}

} // namespace detail
TASKS_END_NAMESPACE
