// SPDX-License-Identifier: MIT
// error: tasks: the options in braces are, in this order: .every, .count
// forms: 3
// within: 25
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, {.every = 5s}, beat};
tasks::ticker t{io, {.every = 5s}};
#elif WRONG == 1
tasks::loop l{io, {.evry = 5s}, beat};
#elif WRONG == 2
tasks::loop<> l{io, {.evry = 5s}, beat};
#else
tasks::ticker t{io, {.evry = 5s}};
#endif
