// SPDX-License-Identifier: MIT
// The recommendations of docs/tour.md work as described there.
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/testing.hpp>
#include <tasks/timer/sleep.hpp>

#if !defined(TASKS_USE_BOOST_ASIO)

#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

using namespace std::chrono_literals;

namespace {

/// "Waiting for the end": returns whether the minute has passed.
asio::awaitable<bool> import_for_a_minute(tasks::loop<>& import)
{
    using namespace asio::experimental::awaitable_operators;
    constexpr auto as_result = asio::experimental::as_tuple(asio::use_awaitable);
    auto const first = co_await (import.async_run(as_result) || tasks::async_sleep_for(1min));
    if (first.index() == 1)
        co_return true;
    if (auto const failure = std::get<0>(std::get<0>(first)))
        std::rethrow_exception(failure);
    co_return false;
}

struct import_seen {
    std::string failure = "not over";
    std::optional<bool> out_of_time;
    std::chrono::nanoseconds when{};
};

template <class Body>
import_seen seen_of_import(tasks::options options, Body body)
{
    import_seen seen;
    asio::io_context io;
    tasks::testing::virtual_time time{io};
    tasks::loop<> import{io, std::move(options), std::move(body)};
    import.error([](std::exception_ptr const&) {});
    asio::co_spawn(io, import_for_a_minute(import), [&](std::exception_ptr const& e, bool out_of_time) {
        seen = {tasks::what(e), out_of_time, time.elapsed()};
    });
    time.advance(5min);
    CHECK_FALSE(import.is_running());
    return seen;
}

} // namespace

TEST_CASE("a time limit around a run shows the failure of the run, and at once")
{
    int n = 0;
    auto const seen = seen_of_import({.every = 1s}, [&n] {
        if (++n == 3)
            throw std::runtime_error{"disk full"};
    });
    CHECK(seen.failure == "disk full");
    CHECK(seen.when == 2s);
}

TEST_CASE("a time limit around a run cancels the run, or is over with it")
{
    auto const cancelled = seen_of_import({.every = 1s}, [] {});
    CHECK(cancelled.out_of_time == true);
    CHECK(cancelled.when == 1min);

    auto const completed = seen_of_import({.every = 1s, .count = 5}, [] {});
    CHECK(completed.out_of_time == false);
    CHECK(completed.when == 4s);
}

TEST_CASE(
    "a loop that starts itself anew after a failure waits in the before hook, and can be cancelled there")
{
    asio::io_context io;
    tasks::testing::virtual_time time{io};
    int attempts = 0;
    bool failed_before = false;
    tasks::loop<> update{io, 10min, [&attempts] {
                             ++attempts;
                             throw std::runtime_error{"no"};
                         }};
    update
        .before_loop([&failed_before]() -> asio::awaitable<void> {
            if (std::exchange(failed_before, false))
                co_await tasks::async_sleep_for(30s);
        })
        .error([&update, &failed_before](std::exception_ptr const&) {
            failed_before = true;
            update.restart();
        });
    update.start();
    time.advance(5min);
    CHECK(attempts == 11);
    update.cancel();
    time.run_until_idle();
    CHECK_FALSE(update.is_running());
    CHECK(attempts == 11);
}

TEST_CASE("a loop whose every failure is retried waits longer after each")
{
    struct doubling {
        std::chrono::nanoseconds next(unsigned failures) const { return 1s * (1 << failures); }
    };
    asio::io_context io;
    tasks::testing::virtual_time time{io};
    int attempts = 0;
    tasks::loop<> update{io, {.every = 10min, .backoff = doubling{}}, [&attempts] {
                             ++attempts;
                             throw std::runtime_error{"no"};
                         }};
    update.retry_if([](std::exception_ptr const&) { return true; });
    update.start();
    time.advance(1min); // 0, 2, 6, 14, 30 s after the start
    CHECK(attempts == 5);
    update.cancel();
    time.run_until_idle();
}

#endif
