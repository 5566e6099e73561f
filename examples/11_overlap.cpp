// SPDX-License-Identifier: MIT
// Work that takes longer than its interval: up to three iterations run at once, so that each starts on time.
// If a fourth is due meanwhile, its slot is skipped instead of queued.
//
// Prints:
//     after  0 s: 0 begins
//     after  1 s: 1 begins
//     after  2 s: 2 begins
//     after  6 s: 0 ends
//     after  7 s: 1 ends
//     after  7 s: 3 begins
//     after  8 s: 2 ends
//     after  8 s: 4 begins
//     after 13 s: 3 ends
//     after 14 s: 4 ends
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <fmt/core.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

int main()
{
    asio::io_context io;
    std::optional<tasks::time_point> first;

    tasks::loop probes{io,
                       {.every = 1s, .count = 5, .missed = tasks::missed::skip, .overlap = 3},
                       [&first](tasks::iteration const& it) -> asio::awaitable<void> {
                           auto const number = it.number;
                           if (!first)
                               first = it.start;
                           auto const after = [&](tasks::time_point t) {
                               return std::chrono::round<std::chrono::seconds>(t - *first).count();
                           };
                           fmt::print("after {:2} s: {} begins\n", after(it.start), number);
                           co_await tasks::async_sleep_for(6s);
                           fmt::print("after {:2} s: {} ends\n", after(it.start + 6s), number);
                       }};
    probes.start();
    example::run(io);
}
