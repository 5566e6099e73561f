// SPDX-License-Identifier: MIT
// error: as f(tasks::stop_token) or as f(), and this one cannot be called so
// forms: 4
#include <string>
#include <tasks/loop/offload.hpp>

struct database {
    int count();
};

tasks::asio::thread_pool pool;
int size_of(std::string const& path);

tasks::asio::awaitable<void> look_up(database& d)
{
#if !defined(WRONG)
    co_await tasks::offload(pool, [] { return size_of("/"); });
    co_await tasks::offload(pool, [&d] { return d.count(); });
#elif WRONG == 1
    co_await tasks::offload(pool, size_of);
#elif WRONG == 2
    co_await tasks::offload(pool, &database::count);
#elif WRONG == 3
    co_await tasks::offload(pool, d.count());
#else
    co_await tasks::offload(pool, [](tasks::stop_token&) {});
#endif
    static_cast<void>(d);
}
