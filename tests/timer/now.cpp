// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/timer/now.hpp>

#include <chrono>
#include <vector>

using namespace test;

TEST_CASE("now: without virtual time it is what the system's clocks show")
{
    asio::io_context io;
    auto const wall_before = std::chrono::system_clock::now();
    auto const steady_before = std::chrono::steady_clock::now();
    auto const wall = tasks::now(io);
    auto const steady = tasks::steady_now(io.get_executor());
    CHECK(wall >= wall_before);
    CHECK(wall <= std::chrono::system_clock::now());
    CHECK(steady >= steady_before);
    CHECK(steady <= std::chrono::steady_clock::now());
}

TEST_CASE("now: it follows the virtual time of its context, by whatever executor it is asked")
{
    virtual_context s{utc("2024-07-01T12:00:00Z")};
    asio::io_context other;
    auto const began = tasks::steady_now(s.io);
    s.time.advance(90s);
    CHECK(tasks::now(s.io) == utc("2024-07-01T12:00:00Z") + 90s);
    CHECK(tasks::now(s.io.get_executor()) == s.time.now());
    CHECK(tasks::now(asio::make_strand(s.io)) == s.time.now());
    CHECK(tasks::now(asio::any_io_executor{s.io.get_executor()}) == s.time.now());
    CHECK(tasks::steady_now(s.io) - began == 90s);
    CHECK(tasks::now(other) > s.time.now());

    s.time.step_wall_clock(-1h);
    CHECK(tasks::now(s.io) == utc("2024-07-01T11:00:00Z") + 90s);
    CHECK(tasks::steady_now(s.io) - began == 90s);
}

TEST_CASE("now: inside a body it is the slot, if that is on time")
{
    virtual_context s;
    std::vector<std::chrono::nanoseconds> late;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 3}, [&](tasks::iteration const& it) -> task {
                           late.push_back(tasks::now(co_await asio::this_coro::executor) - it.slot);
                           co_await tasks::async_sleep_for(3s);
                           late.push_back(tasks::now(co_await asio::this_coro::executor) - it.slot);
                       }};
    loop.start();
    s.time.advance(1min);
    CHECK(late == std::vector<std::chrono::nanoseconds>{0s, 3s, 0s, 3s, 0s, 3s});
}
