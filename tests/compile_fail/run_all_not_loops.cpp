// SPDX-License-Identifier: MIT
// error: run_all takes loops by name, (a, b), or one container of loops or of pointers to loops
// forms: 3
#include <tasks/loop/run_all.hpp>

#include <chrono>
#include <vector>

tasks::asio::awaitable<void> run(tasks::loop<>& a, tasks::loop<>& b)
{
    std::vector<tasks::loop_base*> const both{&a, &b};
#if !defined(WRONG)
    co_await tasks::run_all(both);
#elif WRONG == 1
    co_await tasks::run_all(&a, &b);
#elif WRONG == 2
    co_await tasks::run_all(both, a);
#else
    co_await tasks::run_all(std::chrono::seconds{5}, a);
#endif
}
