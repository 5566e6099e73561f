// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/asio.hpp>

#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Calls every function where it is submitted, whatever it is asked for: the last resort of a completion that has no context left.
class inline_executor {
public:
    template <class Function>
    void execute(Function&& function) const
    {
        auto f = std::decay_t<Function>(std::forward<Function>(function));
        std::move(f)();
    }
    [[nodiscard]] static asio::execution_context& query(asio::execution::context_t) noexcept
    {
        return asio::query(asio::system_executor{}, asio::execution::context);
    }
    [[nodiscard]] static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.always;
    }
    [[nodiscard]] inline_executor require(asio::execution::blocking_t::never_t) const noexcept { return {}; }
    friend bool operator==(inline_executor const&, inline_executor const&) noexcept = default;
};

} // namespace detail
TASKS_END_NAMESPACE
