// SPDX-License-Identifier: MIT
// error: the first argument is a schedule; the order is where, when, body
// forms: 3
#include <tasks/loop.hpp>
#include <tasks/loop/ticker.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, 5s, beat};
tasks::ticker t{io, 5s};
#elif WRONG == 1
tasks::loop l{5s, io, beat};
#elif WRONG == 2
tasks::loop<> l{5s, beat, io};
#else
tasks::ticker t{5s, io};
#endif
