// SPDX-License-Identifier: MIT
// error: a body or hook returns void or asio::awaitable<void>
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop l{io, 1s, []() -> tasks::asio::awaitable<void> { co_return; }};
#else
tasks::loop l{io, 1s, []() -> tasks::asio::awaitable<int> { co_return 5; }};
#endif
