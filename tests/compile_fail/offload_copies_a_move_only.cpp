// SPDX-License-Identifier: MIT
// error: offload() stores its function, and this one cannot be copied; pass it with std::move
#include <memory>
#include <tasks/loop/offload.hpp>
#include <utility>

tasks::asio::thread_pool pool;

tasks::asio::awaitable<void> look_up()
{
    auto f = [p = std::make_unique<int>(1)] { return *p; };
#if !defined(WRONG)
    co_await tasks::offload(pool, std::move(f));
#else
    co_await tasks::offload(pool, f);
#endif
}
