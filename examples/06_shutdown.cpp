// SPDX-License-Identifier: MIT
// A clean end on Ctrl-C: every loop may finish its iteration until the deadline.
//
// Start it, wait a moment, press Ctrl-C. `heartbeat` is asleep and ends at once, `upload` finishes its
// current file, and `backup` would take an hour, so it is cancelled.
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/system_error.hpp>
#include <asio/use_awaitable.hpp>
#include <cstdio>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <tasks/tasks.hpp>

using namespace std::chrono_literals;

asio::awaitable<void> upload(tasks::iteration const& it)
{
    auto const number = it.number;
    fmt::print("upload {} begun\n", number);
    co_await tasks::async_sleep_for(400ms);
    fmt::print("upload {} done\n", number);
}

asio::awaitable<void> backup()
{
    fmt::print("backup begun\n");
    try {
        co_await tasks::async_sleep_for(1h);
    } catch (asio::system_error const&) {
        fmt::print("backup gives up\n"); // a body may clean up before it rethrows the cancellation
        throw;
    }
}

int main()
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    asio::io_context io;
    tasks::loop heartbeat{io, {.every = 10s, .name = "heartbeat"}, [] { fmt::print("still here\n"); }};
    tasks::loop uploads{io, {.every = 0s, .name = "upload"}, upload};
    tasks::loop backups{io, {.every = 24h, .name = "backup"}, backup};
    heartbeat.start();
    uploads.start();
    backups.start();

    auto const end_on_signal = [&]() -> asio::awaitable<void> {
        asio::signal_set signals{io, SIGINT, SIGTERM};
        co_await signals.async_wait(asio::use_awaitable);
        auto const report = co_await tasks::async_shutdown(1s, heartbeat, uploads, backups);
        fmt::print("completed: {}\ncancelled: {}\nstill running: {}\n", fmt::join(report.completed, ", "),
                   fmt::join(report.cancelled, ", "), fmt::join(report.still_running, ", "));
    };
    asio::co_spawn(io, end_on_signal(), asio::detached);
    io.run(); // returns when there is no more work
}
