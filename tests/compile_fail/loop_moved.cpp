// SPDX-License-Identifier: MIT
// error: deleted
#include <tasks/loop.hpp>
#include <utility>

using namespace std::chrono_literals;

tasks::loop<> make(tasks::asio::io_context& io)
{
#if !defined(WRONG)
    return tasks::loop{io, 1s, [] {}}; // elided, not moved
#else
    tasks::loop l{io, 1s, [] {}};
    return std::move(l);
#endif
}
