// SPDX-License-Identifier: MIT
// error: a loop that is const or a temporary cannot be run
// forms: 3
#include <tasks/loop/run_all.hpp>

#include <deque>
#include <vector>

tasks::asio::awaitable<void> run(tasks::loop<>& a, tasks::loop<> const& b, std::deque<tasks::loop<>>& all)
{
#if !defined(WRONG)
    static_cast<void>(b.is_running());
    co_await tasks::run_all(a);
    co_await tasks::run_all(all);
#elif WRONG == 1
    co_await tasks::run_all(a, b);
#elif WRONG == 2
    co_await tasks::run_all(std::as_const(all));
#else
    co_await tasks::run_all(std::vector<tasks::loop_base const*>{&a, &b});
#endif
}
