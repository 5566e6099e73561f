// SPDX-License-Identifier: MIT
// error: the function given to offload() is a coroutine, which would be created there, but run here
#include <tasks/loop/offload.hpp>

tasks::asio::thread_pool pool;
tasks::asio::awaitable<int> count();

tasks::asio::awaitable<void> look_up()
{
#if !defined(WRONG)
    co_await tasks::asio::co_spawn(pool, count, tasks::asio::use_awaitable);
#else
    co_await tasks::offload(pool, count);
#endif
}
