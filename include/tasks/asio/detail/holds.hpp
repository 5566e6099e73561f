// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

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

} // namespace detail
TASKS_END_NAMESPACE
