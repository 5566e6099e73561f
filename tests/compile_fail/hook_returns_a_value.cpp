// SPDX-License-Identifier: MIT
// error: a body or hook returns void or asio::awaitable<void>
#include <tasks/loop.hpp>

void prepare(tasks::loop<>& l)
{
#if !defined(WRONG)
    l.before_loop([] {});
#else
    l.before_loop([]() -> tasks::asio::awaitable<bool> { co_return true; });
#endif
}
