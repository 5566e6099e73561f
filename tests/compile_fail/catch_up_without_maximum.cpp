// SPDX-License-Identifier: MIT
// error: missed::catch_up needs its maximum
// forms: 2
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

#if !defined(WRONG)
tasks::loop l{io, {.every = 5s, .missed = tasks::missed::catch_up(3)}, beat};
#elif WRONG == 1
tasks::loop l{io, {.every = 5s, .missed = tasks::missed::catch_up}, beat};
#else
tasks::missed const m = tasks::missed::catch_up;
#endif
