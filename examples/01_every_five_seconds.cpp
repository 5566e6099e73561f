// SPDX-License-Identifier: MIT
// The first loop: something useful every five seconds. Here it ends after three iterations; without `.count`
// it goes on.
//
// Prints:
//     doing very useful stuff.
//     doing very useful stuff.
//     doing very useful stuff.
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <fmt/core.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

int main()
{
    asio::io_context io;
    tasks::loop very_useful_task{io, {.every = 5s, .count = 3}, []() -> asio::awaitable<void> {
                                     fmt::print("doing very useful stuff.\n");
                                     co_return;
                                 }};
    very_useful_task.start();
    example::run(io);
}
