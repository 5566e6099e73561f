// SPDX-License-Identifier: MIT
// error: neither an execution context, such as asio::io_context, nor an executor
// forms: 2
#include <functional>
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, 5s, beat};
tasks::ticker t{io, 5s};
#elif WRONG == 1
tasks::loop l{std::ref(io), 5s, beat};
#else
tasks::ticker t{beat, 5s};
#endif
