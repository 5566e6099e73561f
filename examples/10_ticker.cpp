// SPDX-License-Identifier: MIT
// The pull form: your own `for` loop with the same slots. Here a countdown that speeds up towards the end.
//
// Prints:
//     3
//     2
//     1
//     lift-off
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/this_coro.hpp>
#include <fmt/core.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

asio::awaitable<void> countdown()
{
    auto const executor = co_await asio::this_coro::executor;
    tasks::ticker ticker{executor, {.every = 2s, .count = 3}};
    while (auto const tick = co_await ticker.async_tick()) {
        fmt::print("{}\n", 3 - tick->number);
        ticker.change_interval(1s);
    }
    fmt::print("lift-off\n");
}

int main()
{
    asio::io_context io;
    asio::co_spawn(io, countdown(), asio::detached);
    example::run(io);
}
