// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/loop.hpp>
#include <tasks/timer/timer_slack.hpp>

#include <deque>

using namespace std::chrono_literals;
using tasks::detail::batched_wake_up;
using tasks::detail::nanoseconds;

TEST_CASE("a wake-up is exact while a context has few runs and sleeps")
{
    CHECK(batched_wake_up(10'100us, 10'000us, 9'900us, 1ms, 1) == 10'100us);
    CHECK(batched_wake_up(10'100us, 10'000us, 9'900us, 1ms, 100) == 10'100us);
}

TEST_CASE("with many of them wake-ups keep the slack apart")
{
    CHECK(batched_wake_up(10'100us, 10'000us, 9'900us, 1ms, 101) == 10'900us);
    CHECK(batched_wake_up(10'100us, 10'000us, 9'900us, 0ns, 101) == 10'100us);
    CHECK(batched_wake_up(12'000us, 10'000us, 9'900us, 1ms, 101) == 12'000us);
}

TEST_CASE("what is due already is not put off")
{
    CHECK(batched_wake_up(10'000us, 10'000us, 9'999us, 1ms, 1'000'000) == 10'000us);
    CHECK(batched_wake_up(nanoseconds::min(), 10'000us, 9'999us, 1ms, 1'000'000) == nanoseconds::min());
}

TEST_CASE("a context without waits is not woken")
{
    CHECK(batched_wake_up(tasks::detail::never, 10'000us, 9'999us, 1ms, 1'000'000) == tasks::detail::never);
}

TEST_CASE("a slack without end puts no wake-up off for ever, and nothing overflows")
{
    CHECK(batched_wake_up(10'100us, 10'000us, 9'900us, nanoseconds::max(), 101) == tasks::detail::never);
    tasks::asio::io_context io;
    tasks::set_timer_slack(io, nanoseconds::max());
    std::deque<tasks::loop<>> loops;
    int bodies = 0;
    for (int i = 0; i < 150; ++i) {
        loops.emplace_back(io, tasks::options{.every = 1ms, .count = 1}, [&] { ++bodies; });
        loops.back().start();
    }
    io.run();
    CHECK(bodies == 150);
}

TEST_CASE("a negative slack is refused with its value and the rule")
{
    tasks::asio::io_context io;
    CHECK_THROWS_AS(tasks::set_timer_slack(io, -1ms), tasks::bad_option);
    try {
        tasks::set_timer_slack(io, -1ms);
    } catch (tasks::bad_option const& e) {
        CHECK(std::string{e.what()} == "tasks: a timer slack of -1ms: must be 0 or more");
    }
    tasks::set_timer_slack(io, 0ns);
    tasks::set_timer_slack(io.get_executor(), 2ms);
}
