// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <stdexcept>
#include <string>

using namespace test;

TEST_CASE("virtual time: when it is destroyed its context has the system's clocks again")
{
    asio::io_context io;
    {
        tasks::testing::virtual_time time{io};
        time.advance(1h);
    }
    bool slept = false;
    auto const sleep = [&]() -> task {
        co_await pause(1ns);
        slept = true;
    };
    asio::co_spawn(io, sleep(), asio::detached);
    io.restart();
    io.run();
    CHECK(slept);
}

TEST_CASE("virtual time: refused where something waits for the system's clocks already")
{
    asio::io_context io;
    tasks::loop<> loop{io, 1h, [] {}};
    loop.start(); // nothing waits yet
    {
        tasks::testing::virtual_time time{io};
    }
    io.poll();
    CHECK_THROWS_AS(tasks::testing::virtual_time{io}, std::logic_error);
    try {
        tasks::testing::virtual_time time{io};
    } catch (std::logic_error const& e) {
        CHECK(std::string{e.what()}.find("before the first loop") != std::string::npos);
    }
    loop.stop();
    io.restart();
    io.run();
    CHECK_NOTHROW(tasks::testing::virtual_time{io});
}

TEST_CASE("virtual time: it ends where its clocks do, and nothing overflows")
{
    constexpr auto longest = std::chrono::nanoseconds::max();
    virtual_context s;
    int runs = 0;
    tasks::loop<> loop{s.io, {.every = 1h, .count = 3}, [&] { ++runs; }};
    loop.start();
    SECTION("advanced")
    {
        s.time.advance(longest);
        CHECK(runs == 3);
        CHECK(s.time.now().time_since_epoch() == longest);
        auto const elapsed = s.time.elapsed();
        s.time.advance(longest);
        CHECK(s.time.elapsed() == elapsed);
    }
    SECTION("suspended")
    {
        s.time.suspend(longest);
        CHECK(runs != 0);
        CHECK(s.time.now().time_since_epoch() == longest);
    }
    SECTION("the wall clock set as far as it goes")
    {
        s.time.step_wall_clock(longest);
        CHECK(s.time.now().time_since_epoch() == longest);
        s.time.run_until_idle();
        CHECK(runs == 1);
        s.time.step_wall_clock(std::chrono::nanoseconds::min());
        CHECK(s.time.now().time_since_epoch() == 0ns);
        s.time.step_wall_clock(std::chrono::nanoseconds::min());
        s.time.step_wall_clock(std::chrono::nanoseconds::min());
        CHECK(s.time.now().time_since_epoch() == std::chrono::nanoseconds::min());
        s.time.advance(2h);
        CHECK(runs == 3);
    }
}

TEST_CASE("virtual time: a wait that its clocks do not reach is not advanced to")
{
    virtual_context s;
    bool slept = false;
    auto const sleep = [&]() -> task {
        co_await tasks::async_sleep_for(std::chrono::hours{24 * 365 * 290});
        slept = true;
    };
    asio::co_spawn(s.io, sleep(), asio::detached);
    CHECK_FALSE(s.time.advance_to_next());
    CHECK(s.time.elapsed() == 0s);
    CHECK_FALSE(slept);
}
