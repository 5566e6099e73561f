// SPDX-License-Identifier: MIT
// error: the second argument is neither a schedule nor options
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
tasks::loop l{io, beat, 5s};
#elif WRONG == 2
tasks::loop l{io, beat};
#else
tasks::ticker t{io, beat};
#endif
