// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>

namespace test {

/// An operation that never completes: its handler is destroyed when the executor next runs.
inline tasks::asio::awaitable<void> loses_its_handler()
{
    namespace asio = tasks::asio;
    auto const executor = co_await asio::this_coro::executor;
    auto const initiate = [executor](auto handler) {
        asio::post(executor,
                   [handler = std::move(handler)]() mutable { auto const gone = std::move(handler); });
    };
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(initiate, asio::use_awaitable);
}

} // namespace test
