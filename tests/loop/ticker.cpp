// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/ticker.hpp>
#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#if defined(TASKS_USE_BOOST_ASIO)
#include <boost/asio/bind_cancellation_slot.hpp>
#else
#include <asio/bind_cancellation_slot.hpp>
#endif

using namespace test;

namespace {

/// Takes ticks until there are none left, with some work after each.
task take(virtual_context& s, tasks::ticker& ticker, std::chrono::nanoseconds work = 0s)
{
    while (auto const it = co_await ticker.async_tick()) {
        s.note(std::to_string(it->number) + " for " + s.when(it->slot));
        if (work != 0s)
            co_await pause(work);
    }
    s.note("end");
}

} // namespace

TEST_CASE("ticker: ticks on the grid, as many as are counted, and nothing afterwards")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 10s, .count = 3}};
    CHECK(s.when(ticker.next_iteration()) == "none");
    asio::co_spawn(s.io, take(s, ticker, 3s), asio::detached);
    s.time.advance(5s);
    CHECK(s.when(ticker.next_iteration()) == "10s");
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0 for 0s, 10s 1 for 10s, 20s 2 for 20s, 23s end");
    CHECK(s.when(ticker.next_iteration()) == "none");
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.advance(60s);
    CHECK(s.trace() == "65s end");
}

TEST_CASE("ticker: from just a schedule, of any kind, and options with a name")
{
    virtual_context s;
    tasks::ticker interval{s.io, 10s};
    asio::co_spawn(s.io, take(s, interval), asio::detached);
    s.time.advance(25s);
    interval.stop();
    s.time.run_until_idle();
    CHECK(s.trace() == "0s 0 for 0s, 10s 1 for 10s, 20s 2 for 20s, 25s end");

    tasks::ticker times{s.io.get_executor(), tasks::day_at(12h)};
    tasks::options const counted{.every = 1s, .count = 1};
    tasks::ticker once{asio::make_strand(s.io), counted};
    asio::co_spawn(s.io, take(s, times), asio::detached);
    asio::co_spawn(s.io, take(s, once), asio::detached);
    s.time.run_until_idle();
    CHECK(s.when(times.next_iteration()) == "43200s");
    CHECK(s.trace() == "25s 0 for 25s, 25s end");
}

TEST_CASE("ticker: slots that pass between two ticks are decided about as a loop decides")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 10s, .count = 3, .missed = tasks::missed::skip}};
    asio::co_spawn(s.io, take(s, ticker, 25s), asio::detached);
    s.time.advance(200s);
    CHECK(s.trace() == "0s 0 for 0s, 30s 1 for 30s, 60s 2 for 60s, 85s end");
}

TEST_CASE("ticker: stop() ends a tick in progress, and every later one")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 10s}};
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.advance(13s);
    ticker.stop();
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0 for 0s, 10s 1 for 10s, 13s end");
    CHECK(s.when(ticker.next_iteration()) == "none");
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.run_until_idle();
    CHECK(s.trace() == "73s end");
}

TEST_CASE("ticker: the destructor ends a tick in progress")
{
    virtual_context s;
    std::optional<tasks::ticker> ticker;
    ticker.emplace(s.io, tasks::options{.every = 10s});
    asio::co_spawn(s.io, take(s, *ticker), asio::detached);
    s.time.advance(3s);
    ticker.reset();
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0 for 0s, 3s end");
}

TEST_CASE("ticker: change_interval() re-arms a tick in progress, counting from the last slot")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 100s, .count = 3}};
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.advance(5s);
    ticker.change_interval(20s);
    s.time.advance(300s);
    CHECK(s.trace() == "0s 0 for 0s, 20s 1 for 20s, 40s 2 for 40s, 40s end");
}

TEST_CASE("ticker: two ticks at a time are refused, and the first is not affected")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 10s, .count = 2}};
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.advance(5s);
    std::exception_ptr refused;
    asio::co_spawn(s.io, ticker.async_tick(),
                   [&](std::exception_ptr const& e, std::optional<tasks::iteration> const&) { refused = e; });
    s.time.run_until_idle();
    REQUIRE(refused);
    CHECK_THROWS_AS(std::rethrow_exception(refused), std::logic_error);
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0 for 0s, 10s 1 for 10s, 10s end");
}

TEST_CASE("ticker: an interval of 0 yields to the executor between two ticks")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = 0s, .count = 3}};
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    asio::post(s.io, [&] { s.note("another"); });
    s.time.run_until_idle();
    CHECK(s.trace() == "0s 0 for 0s, 0s another, 0s 1 for 0s, 0s 2 for 0s, 0s end");
}

TEST_CASE("ticker: the wall clock set back by hours makes it ask its schedule anew")
{
    virtual_context s; // at midnight
    tasks::ticker ticker{s.io, {.every = tasks::day_at{"06:00"}, .count = 2}};
    asio::co_spawn(s.io, take(s, ticker), asio::detached);
    s.time.advance(7h);
    CHECK(s.trace() == "21600s 0 for 21600s");
    s.time.step_wall_clock(-5h); // 02:00 again, and 06:00 is to come
    s.time.advance(5h);
    CHECK(s.trace() == "39600s 1 for 21600s, 39600s end");
}

TEST_CASE("ticker: with an overlap it is refused")
{
    virtual_context s;
    CHECK_THROWS_AS((tasks::ticker{s.io, {.every = 1s, .overlap = 2}}), tasks::bad_option);
}

TEST_CASE("ticker: initial_delay, grace and missed::forbid are as for a loop")
{
    virtual_context s;
    SECTION("initial_delay counts from the first call")
    {
        tasks::ticker ticker{s.io, {.every = 10s, .count = 2, .initial_delay = 3s}};
        s.time.advance(1s);
        asio::co_spawn(s.io, take(s, ticker), asio::detached);
        s.time.advance(60s);
        CHECK(s.trace() == "4s 0 for 4s, 14s 1 for 14s, 14s end");
    }
    SECTION("grace")
    {
        tasks::ticker ticker{s.io, {.every = 10s, .count = 2, .grace = 2s}};
        asio::co_spawn(s.io, take(s, ticker, 12s), asio::detached);
        s.time.advance(60s);
        CHECK(s.trace() == "0s 0 for 0s, 12s 1 for 10s, 24s end");
        tasks::ticker late{s.io, {.every = 10s, .count = 2, .grace = 2s}};
        asio::co_spawn(s.io, take(s, late, 12s + 1ns), asio::detached);
        s.time.advance(20s);
        CHECK(s.trace() == "60s 0 for 60s, 80s 1 for 80s");
    }
    SECTION("forbid: a slot that comes due between two ticks is missed")
    {
        tasks::ticker ticker{s.io, {.every = 10s, .count = 3, .missed = tasks::missed::forbid}};
        asio::co_spawn(s.io, take(s, ticker, 11s), asio::detached);
        s.time.advance(60s);
        CHECK(s.trace() == "0s 0 for 0s, 20s 1 for 20s, 40s 2 for 40s, 51s end");
    }
    SECTION("forbid: not one that comes due just as the next call is made")
    {
        tasks::ticker ticker{s.io, {.every = 10s, .count = 3, .missed = tasks::missed::forbid}};
        asio::co_spawn(s.io, take(s, ticker, 10s), asio::detached);
        s.time.advance(60s);
        CHECK(s.trace() == "0s 0 for 0s, 10s 1 for 10s, 20s 2 for 20s, 30s end");
    }
}

TEST_CASE("ticker: a fixed delay counts from the next call")
{
    virtual_context s;
    tasks::ticker ticker{s.io, {.every = tasks::fixed_delay(5s), .count = 3}};
    asio::co_spawn(s.io, take(s, ticker, 3s), asio::detached);
    s.time.advance(1s);
    CHECK(s.when(ticker.next_iteration()) == "none"); // not known yet
    s.time.advance(3s);
    CHECK(s.when(ticker.next_iteration()) == "8s");
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0 for 0s, 8s 1 for 8s, 16s 2 for 16s, 19s end");
}

TEST_CASE("ticker: a tick that was cancelled is no end of work, so that its slot is not lost")
{
    virtual_context s;
    auto const every = GENERATE(tasks::schedule{tasks::fixed_delay(10s)}, tasks::schedule{10s});
    tasks::ticker ticker{s.io, {.every = every, .count = 2, .missed = tasks::missed::forbid}};
    asio::co_spawn(s.io, [&]() -> task { static_cast<void>(co_await ticker.async_tick()); }, asio::detached);
    s.time.advance(1s); // the tick of 0 s
    asio::cancellation_signal cancel;
    asio::co_spawn(s.io, ticker.async_tick(),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr const& e,
                                                                   std::optional<tasks::iteration> const&) {
                       s.note(e ? "cancelled" : "tick");
                   }));
    s.time.advance(5s);
    auto const next = s.when(ticker.next_iteration());
    CHECK(next == (every.is_interval() ? "10s" : "11s"));
    cancel.emit(asio::cancellation_type::terminal);
    s.time.advance(6s);
    CHECK(s.trace() == "6s cancelled");
    CHECK(s.when(ticker.next_iteration()) == next);
    asio::co_spawn(s.io, take(s, ticker), asio::detached); // behind that slot
    s.time.advance(1s);
    CHECK(s.trace() == "12s 1 for " + next + ", 12s end");
}
