// SPDX-License-Identifier: MIT
// error: the function given to offload() returns a reference
#include <string>
#include <tasks/loop/offload.hpp>

tasks::asio::thread_pool pool;
std::string& name();

tasks::asio::awaitable<void> look_up()
{
#if !defined(WRONG)
    co_await tasks::offload(pool, [] { return name(); });
#else
    co_await tasks::offload(pool, name);
#endif
}
