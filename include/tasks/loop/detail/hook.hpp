// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

#include <memory>
#include <type_traits>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The result of a plain function, which has already done its work, so that nothing is awaited.
[[nodiscard]] inline asio::awaitable<void> done() noexcept
{
    return {};
}

template <class R>
concept coroutine_or_void = std::is_void_v<R> || std::same_as<R, asio::awaitable<void>>;

/// Calls a coroutine or a plain function. A plain function has finished when this returns (see `done`).
template <class F, class... Args>
[[nodiscard]] asio::awaitable<void> call(F& f, Args&&... args)
{
    if constexpr (std::is_void_v<std::invoke_result_t<F&, Args...>>) {
        std::invoke(f, std::forward<Args>(args)...);
        return done();
    } else {
        return std::invoke(f, std::forward<Args>(args)...);
    }
}

/// A before, after or error hook: any callable, which need not be copyable. Empty by default.
template <class... Args>
class hook_function {
public:
    hook_function() noexcept = default;

    template <class F>
    explicit hook_function(std::in_place_t, F f)
        : function_{std::make_unique<model<F>>(std::move(f))}
    {
    }

    explicit operator bool() const noexcept { return function_ != nullptr; }

    /// The result is empty for a plain function and for an empty hook. The arguments must outlive the result,
    /// because a coroutine may take them by reference.
    [[nodiscard]] asio::awaitable<void> operator()(Args const&... args) const
    {
        return function_ ? function_->call(args...) : done();
    }

private:
    struct any {
        virtual ~any() = default;
        virtual asio::awaitable<void> call(Args const&... args) = 0;
    };

    template <class F>
    struct model final : any {
        explicit model(F f)
            : function{std::move(f)}
        {
        }
        asio::awaitable<void> call(Args const&... args) override { return detail::call(function, args...); }
        F function;
    };

    std::unique_ptr<any> function_;
};

} // namespace detail
TASKS_END_NAMESPACE
