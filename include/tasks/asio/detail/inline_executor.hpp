// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Calls every function where it is submitted, whatever properties are required. Used for handlers that do
/// not affect where user functions run, and as the last resort for a completion without a context.
class inline_executor {
public:
    inline_executor() noexcept = default;
    explicit inline_executor(asio::execution_context& context) noexcept
        : context_{&context}
    {
    }

    template <class Function>
    void execute(Function&& function) const
    {
        std::decay_t<Function>(std::forward<Function>(function))();
    }
    [[nodiscard]] asio::execution_context& query(asio::execution::context_t) const noexcept
    {
        return context_ ? *context_ : asio::query(asio::system_executor{}, asio::execution::context);
    }
    [[nodiscard]] static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.always;
    }
    [[nodiscard]] inline_executor require(asio::execution::blocking_t::never_t) const noexcept
    {
        return *this;
    }
    friend bool operator==(inline_executor const&, inline_executor const&) noexcept = default;

private:
    asio::execution_context* context_ = nullptr; ///< null: the system context, which a query creates
};

} // namespace detail
TASKS_END_NAMESPACE
