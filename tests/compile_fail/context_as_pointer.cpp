// SPDX-License-Identifier: MIT
// error: the first argument is a pointer
// forms: 5
#include <memory>
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, 5s, beat};
tasks::ticker t{io, 5s};
#elif WRONG == 1
tasks::loop l{&io, 5s, beat};
#elif WRONG == 2
tasks::loop<> l{&io, {.every = 5s}, beat};
#elif WRONG == 3
tasks::loop l{std::make_unique<tasks::asio::io_context>(), 5s, beat};
#elif WRONG == 4
tasks::loop l{&io, 5s};
#else
tasks::ticker t{&io, {.every = 5s}};
#endif
