// SPDX-License-Identifier: MIT
// error: the body is missing
// forms: 3
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, 5s, beat};
#elif WRONG == 1
tasks::loop l{io, 5s};
#elif WRONG == 2
tasks::loop<> l{io, 5s};
#else
tasks::loop l{io, {.every = 5s}};
#endif
