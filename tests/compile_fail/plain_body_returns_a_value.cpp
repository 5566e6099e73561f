// SPDX-License-Identifier: MIT
// error: a body or hook returns void or asio::awaitable<void>
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;

#if !defined(WRONG)
tasks::loop l{io, 1s, [] {}};
#else
tasks::loop l{io, 1s, [] { return 5; }};
#endif
