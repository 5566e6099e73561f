// SPDX-License-Identifier: MIT
// error: the second argument is an execution context or an executor
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, 5s, beat};
#else
tasks::loop l{io, io, beat};
#endif
