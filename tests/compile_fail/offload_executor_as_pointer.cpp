// SPDX-License-Identifier: MIT
// error: the first argument is a pointer
#include <tasks/loop/offload.hpp>

tasks::asio::thread_pool pool;

auto look_up()
{
#if !defined(WRONG)
    return tasks::offload(pool, [] { return 1; });
#else
    return tasks::offload(&pool, [] { return 1; });
#endif
}
