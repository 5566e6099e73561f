// SPDX-License-Identifier: MIT
// error: coroutine that has been called already
// forms: 3
#include <tasks/loop.hpp>

using namespace std::chrono_literals;

tasks::asio::io_context io;
tasks::asio::awaitable<void> beat();

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    tasks::loop made{io, 5s, beat};
    l.before_loop(beat);
#elif WRONG == 1
    tasks::loop made{io, 5s, beat()};
#elif WRONG == 2
    tasks::loop<> made{io, {.every = 5s}, beat()};
#else
    l.before_loop(beat());
#endif
}
