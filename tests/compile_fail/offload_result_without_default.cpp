// SPDX-License-Identifier: MIT
// error: the result of a function given to offload() must be default-constructible and movable
// forms: 2
#include <mutex>
#include <optional>
#include <tasks/loop/offload.hpp>

struct row {
    explicit row(int n);
};

tasks::asio::thread_pool pool;
row first_row();

tasks::asio::awaitable<void> look_up()
{
#if !defined(WRONG)
    co_await tasks::offload(pool, [] { return std::optional{first_row()}; });
#elif WRONG == 1
    co_await tasks::offload(pool, first_row);
#else
    co_await tasks::offload(pool, [] { return std::mutex{}; });
#endif
}
