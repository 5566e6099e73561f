// SPDX-License-Identifier: MIT
// error: the function given to offload() is a coroutine that has been called already
#include <tasks/loop/offload.hpp>

tasks::asio::thread_pool pool;
tasks::asio::awaitable<int> count();

tasks::asio::awaitable<void> look_up()
{
#if !defined(WRONG)
    co_await count();
#else
    co_await tasks::offload(pool, count());
#endif
}
