// SPDX-License-Identifier: MIT
// What loops do, and what the library reports, in the log of a program that has spdlog.
//
// Prints:
//     [info] poll: started
//     [warning] poll: iteration 1 for …Z, …s late: Connection refused; again in 500 ms
//     [warning] poll: missed (skipped): 2 slots until …Z
//     [error] poll: fatal error, and no error hook: the answer makes no sense
//     [error] poll: ended (failed)
#include "support/run.hpp"

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <tasks/fmt.hpp>
#include <tasks/tasks.hpp>

#include <spdlog/spdlog.h>

using namespace std::chrono_literals;

struct logging {
    void on_run_started(tasks::run_started const& e) { spdlog::info("{}: started", e.loop); }
    void on_slot(tasks::slot_decided const& e)
    {
        auto const level = e.what == tasks::decision::missed ? spdlog::level::warn : spdlog::level::debug;
        spdlog::log(level, "{}: {} ({}): {} slots until {}", e.loop, e.what, e.cause, e.count,
                    tasks::to_string(e.last));
    }
    void on_retry(tasks::retry_scheduled const& e)
    {
        spdlog::warn("{}: {}: {}; again in {} ms", e.loop, e.it, tasks::what(e.exception), e.delay / 1ms);
    }
    void on_run_ended(tasks::run_ended const& e)
    {
        auto const level = e.reason == tasks::exit_reason::failed ? spdlog::level::err : spdlog::level::info;
        spdlog::log(level, "{}: ended ({})", e.loop, e.reason);
    }
};

struct half_a_second {
    std::chrono::nanoseconds next(unsigned) const { return 500ms; }
};

int main()
{
    spdlog::set_pattern("[%l] %v"); // without the time, so that each run prints the same
    tasks::set_log_sink([](tasks::log_record const& r) {
        spdlog::error("{}: {}: {}", r.loop, r.what, tasks::what(r.exception));
    });

    asio::io_context io;
    logging observer; // outlives the loop
    tasks::loop poll{io,
                     {.every = 1s, .backoff = half_a_second{}, .missed = tasks::missed::skip, .name = "poll"},
                     [](tasks::iteration const& it) -> asio::awaitable<void> {
                         if (it.number == 1 && it.attempt == 0)
                             throw std::system_error{std::make_error_code(std::errc::connection_refused)};
                         if (it.number == 2)
                             co_await tasks::async_sleep_for(2500ms);
                         if (it.number == 3)
                             throw std::runtime_error{"the answer makes no sense"};
                     }};
    poll.observe(observer).start();
    example::run(io);
}
