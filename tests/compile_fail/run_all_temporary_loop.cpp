// SPDX-License-Identifier: MIT
// error: a loop that is const or a temporary cannot be run
// forms: 2
#include <tasks/loop/run_all.hpp>

#include <chrono>

tasks::asio::awaitable<void> run(tasks::asio::io_context& io)
{
    std::chrono::seconds const often{5};
#if !defined(WRONG)
    tasks::loop named{io, often, [] {}};
    co_await tasks::run_all(named);
#elif WRONG == 1
    co_await tasks::run_all(tasks::loop{io, often, [] {}});
#else
    co_await tasks::run_any(tasks::loop{io, often, [] {}});
#endif
}
