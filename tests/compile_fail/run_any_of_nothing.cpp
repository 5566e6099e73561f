// SPDX-License-Identifier: MIT
// error: run_any() needs a loop: it waits for the first that ends
#include <tasks/loop/run_all.hpp>

tasks::asio::awaitable<void> run(tasks::loop<>& a)
{
#if !defined(WRONG)
    static_cast<void>(co_await tasks::run_any(a));
#else
    static_cast<void>(a);
    static_cast<void>(co_await tasks::run_any());
#endif
}
