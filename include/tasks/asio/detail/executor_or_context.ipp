// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/executor_or_context.hpp>
#include <tasks/asio/detail/holds.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL asio::any_io_executor one_at_a_time(asio::io_context& context)
{
    return strand_on(context);
}

TASKS_DECL asio::any_io_executor one_at_a_time(asio::thread_pool& context)
{
    return strand_on(context);
}

TASKS_DECL asio::any_io_executor strand_of_system()
{
    return asio::make_strand(asio::system_executor{});
}

TASKS_DECL asio::any_io_executor one_at_a_time(asio::any_io_executor const& executor)
{
    if (holds<asio::thread_pool::executor_type>(executor))
        return one_at_a_time(
            static_cast<asio::thread_pool&>(asio::query(executor, asio::execution::context)));
    if (holds<asio::system_executor>(executor))
        return strand_of_system();
    return executor;
}

} // namespace detail
TASKS_END_NAMESPACE
