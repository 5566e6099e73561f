// SPDX-License-Identifier: MIT
// loop.upcoming(n): the next slots of a run, as far as its schedule tells.
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

using namespace test;

namespace {

/// `10s 20s`
std::string shown_slots(virtual_context const& s, std::vector<tasks::time_point> const& slots)
{
    std::string all;
    for (auto const t : slots)
        all += (all.empty() ? "" : " ") + s.when(t);
    return all;
}

/// 5 s, 6 s and 7 s after an instant.
struct three_slots {
    tasks::time_point begin;
    std::optional<tasks::time_point> next(tasks::time_point after) const
    {
        for (auto const t : {begin + 5s, begin + 6s, begin + 7s})
            if (t > after)
                return t;
        return std::nullopt;
    }
};

} // namespace

TEST_CASE("loop.upcoming: the grid of an interval, from the next iteration on")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] {}};
    loop.start();
    s.time.advance(3s);
    CHECK(shown_slots(s, loop.upcoming(3)) == "10s 20s 30s");
    CHECK(loop.upcoming(1) == std::vector{loop.next_iteration().value()});
    CHECK(loop.upcoming(0).empty());
    s.time.advance(10s);
    CHECK(shown_slots(s, loop.upcoming(2)) == "20s 30s");
    loop.change_interval(1h);
    CHECK(shown_slots(s, loop.upcoming(2)) == "3610s 7210s");
}

TEST_CASE("loop.upcoming: the instants of a schedule, to its last one")
{
    virtual_context s{utc("2024-01-01T13:00:00Z")};
    tasks::loop<> daily{s.io, tasks::day_at(12h), [] {}};
    daily.start();
    s.time.run_until_idle();
    CHECK(shown_slots(s, daily.upcoming(2)) == shown_slots(s, {s.began() + 23h, s.began() + 47h}));

    virtual_context t;
    std::string seen;
    tasks::loop<> loop{t.io, three_slots{t.began()},
                       [&] { seen += "(" + shown_slots(t, loop.upcoming(9)) + ")"; }};
    loop.start();
    t.time.advance(1s);
    CHECK(shown_slots(t, loop.upcoming(9)) == "5s 6s 7s");
    t.time.advance(10s);
    CHECK(seen == "(6s 7s)(7s)()");
}

TEST_CASE("loop.upcoming: no more than the iterations that the count leaves")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{
        s.io, {.every = 10s, .count = 3}, [&] { seen += "(" + shown_slots(s, loop.upcoming(9)) + ")"; }};
    loop.start();
    s.time.advance(25s);
    CHECK(seen == "(10s 20s)(20s)()");
    CHECK(loop.upcoming(9).empty());

    virtual_context t;
    tasks::loop<> overlapping{t.io, {.every = 10s, .count = 3, .overlap = 2}, [] { return pause(15s); }};
    overlapping.start();
    t.time.advance(1s);
    CHECK(shown_slots(t, overlapping.upcoming(9)) == "10s 20s");
    t.time.advance(10s);
    CHECK(shown_slots(t, overlapping.upcoming(9)) == "20s");
}

TEST_CASE("loop.upcoming: slots that are overdue come first")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] { return pause(25s); }};
    loop.start();
    s.time.advance(22s);
    CHECK(shown_slots(s, loop.upcoming(3)) == "10s 20s 30s");
}

TEST_CASE("loop.upcoming: an interval of 0 has no grid, only the next slot")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{s.io, {.every = 0s, .count = 2}, [&]() -> task {
                           co_await pause(5s);
                           seen += "(" + shown_slots(s, loop.upcoming(9)) + ")";
                       }};
    loop.start();
    s.time.advance(60s);
    CHECK(seen == "(0s)()");
}

TEST_CASE("loop.upcoming: a fixed delay has no grid, either")
{
    virtual_context s;
    tasks::loop<> loop{s.io, tasks::fixed_delay{5s}, [] {}};
    loop.start();
    s.time.advance(7s);
    CHECK(loop.upcoming(9).size() == 1);
}

TEST_CASE("loop.upcoming: an interval ends where instants end")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 200 * 365 * 24h, [] {}};
    loop.start();
    s.time.advance(1s);
    CHECK(loop.upcoming(9).size() == 1);
}

TEST_CASE("loop.upcoming: an interval is shown by the wall clock as it is now")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] {}};
    loop.start();
    s.time.advance(1s);
    s.time.step_wall_clock(1h);
    CHECK(shown_slots(s, loop.upcoming(2)) == "3610s 3620s");
}

TEST_CASE("loop.upcoming: nothing when no slot is known to follow")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{s.io, 10s, [&]() -> task {
                           co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
                           co_await pause(5s);
                       }};
    loop.before_loop([&] { seen += shown_slots(s, loop.upcoming(9)) + "before "; }).after_loop([&] {
        seen += shown_slots(s, loop.upcoming(9)) + "after ";
    });
    CHECK(loop.upcoming(9).empty()); // idle
    loop.start();
    CHECK(loop.upcoming(9).empty()); // before the first step
    s.time.advance(1s);
    CHECK(!loop.upcoming(9).empty());
    SECTION("stopped")
    {
        loop.stop();
        CHECK(loop.upcoming(9).empty());
    }
    SECTION("cancelled")
    {
        loop.cancel();
        CHECK(loop.upcoming(9).empty());
    }
    s.time.advance(60s);
    CHECK(!loop.is_running());
    CHECK(loop.upcoming(9).empty());
    CHECK(seen == "before after ");
}

TEST_CASE("loop.upcoming: what a user's schedule throws reaches the caller, and nobody else")
{
    struct fails_on_demand {
        bool const* fails;
        std::optional<tasks::time_point> next(tasks::time_point t) const
        {
            if (*fails)
                throw std::domain_error{"no calendar"};
            return t + 10s;
        }
    };
    virtual_context s;
    bool fails = false;
    tasks::loop<> loop{s.io, fails_on_demand{&fails}, [] {}};
    loop.start();
    s.time.advance(1s);
    fails = true;
    CHECK_THROWS_AS(loop.upcoming(2), std::domain_error);
    CHECK(shown_slots(s, loop.upcoming(1)) == "10s"); // the one that the loop knows
    fails = false;
    CHECK(shown_slots(s, loop.upcoming(2)) == "10s 20s");
    s.time.advance(10s);
    CHECK(loop.is_running());
}
