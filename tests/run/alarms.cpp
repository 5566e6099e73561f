// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/run/detail/requests.hpp>

using namespace std::chrono_literals;
using tasks::detail::clock_kind;
using tasks::detail::clock_reading;
using tasks::detail::earlier;
using tasks::detail::moment;
using tasks::detail::never;
using tasks::detail::next_look;
using tasks::detail::requested_iteration;
using tasks::detail::requests;

namespace {

constexpr moment steady(std::chrono::nanoseconds at)
{
    return {.clock = clock_kind::steady, .at = at};
}
constexpr moment on_the_wall(std::chrono::nanoseconds at)
{
    return {.clock = clock_kind::wall, .at = at};
}
/// A reading at which the wall clock is 1000 h ahead of the steady clock.
constexpr clock_reading at(std::chrono::nanoseconds t)
{
    return {.steady = t, .wall = 1000h + t};
}
constexpr bool same(moment a, moment b)
{
    return a.clock == b.clock && a.at == b.at;
}

} // namespace

TEST_CASE("moments: the distance is on the clock of the moment")
{
    CHECK(steady(5s).until(at(2s)) == 3s);
    CHECK(steady(5s).until(at(5s)) == 0s);
    CHECK(steady(5s).until(at(9s)) == -4s);
    CHECK(on_the_wall(1000h + 5s).until(at(2s)) == 3s);
    CHECK(on_the_wall(0s).until({.steady = 7h, .wall = 1s}) == -1s);
}

TEST_CASE("moments: the earlier one, by the present difference of the clocks")
{
    CHECK(same(earlier(steady(5s), steady(6s), at(0s)), steady(5s)));
    CHECK(same(earlier(steady(6s), steady(5s), at(0s)), steady(5s)));
    CHECK(same(earlier(steady(5s), on_the_wall(1000h + 4s), at(0s)), on_the_wall(1000h + 4s)));
    CHECK(same(earlier(on_the_wall(1000h + 6s), steady(5s), at(0s)), steady(5s)));
    CHECK(same(earlier(steady(5s), on_the_wall(1000h + 5s), at(0s)), steady(5s))); // the first of equal ones
    CHECK(same(earlier(steady(5s), on_the_wall(1000h + 6s), {.steady = 0s, .wall = 1000h + 3s}),
               on_the_wall(1000h + 6s))); // 3 s ahead, after a step
    CHECK(same(earlier(steady(never), on_the_wall(1001h), at(0s)), on_the_wall(1001h)));
    CHECK(same(earlier(on_the_wall(1001h), steady(never), at(0s)), on_the_wall(1001h)));
}

TEST_CASE("moments: of one clock, the earlier is waited for")
{
    CHECK(same(next_look(steady(500s), steady(600s), at(0s)), steady(500s)));
    CHECK(same(next_look(on_the_wall(1002h), on_the_wall(1001h), at(0s)), on_the_wall(1001h)));
    CHECK(same(next_look(steady(never), on_the_wall(1001h), at(0s)), on_the_wall(1001h)));
    CHECK(same(next_look(on_the_wall(1001h), steady(never), at(0s)), on_the_wall(1001h)));
    CHECK(same(next_look(on_the_wall(never), steady(5h), at(0s)), steady(5h)));
}

TEST_CASE("moments: of different clocks, no longer than the wall clock may remain unread")
{
    auto const both_ways = [](moment a, moment b, clock_reading now) {
        auto const one = next_look(a, b, now);
        CHECK(same(one, next_look(b, a, now)));
        return one;
    };
    CHECK(same(both_ways(steady(2h), on_the_wall(1001h), at(10s)), steady(40s)));
    CHECK(same(both_ways(steady(2h), on_the_wall(1000h + 40s), at(10s)), steady(40s)));
    CHECK(same(both_ways(steady(2h), on_the_wall(1000h + 39s), at(10s)), steady(39s)));
    CHECK(same(both_ways(steady(15s), on_the_wall(1001h), at(10s)), steady(15s)));
    CHECK(same(both_ways(steady(9s), on_the_wall(1001h), at(10s)), steady(10s))); // has passed
    CHECK(same(both_ways(steady(2h), on_the_wall(1h), at(10s)), steady(10s)));
}

TEST_CASE("requests: the earliest pending one is kept, until it is served")
{
    requests r;
    CHECK(r.empty());
    CHECK(!r.pending());
    r.add(at(3s));
    r.add(at(5s));
    REQUIRE(r.pending());
    CHECK(same(*r.pending(), steady(3s)));
    CHECK(!r.empty());
    r.serve();
    CHECK(r.empty());
    CHECK(!r.pending());
    r.add(at(7s));
    CHECK(same(*r.pending(), steady(7s)));
}

TEST_CASE("requests: an alarm ahead is no request yet, and ripens at its moment")
{
    requests r;
    auto const alarm = GENERATE(steady(10s), on_the_wall(1000h + 10s));
    r.set_alarm(alarm, at(3s));
    CHECK(!r.empty());
    CHECK(!r.pending());
    REQUIRE(r.alarm());
    CHECK(same(*r.alarm(), alarm));
    r.ripen(at(10s - 1ns));
    CHECK(!r.pending());
    r.ripen(at(10s));
    CHECK(!r.alarm());
    REQUIRE(r.pending());
    CHECK(same(*r.pending(), alarm));
}

TEST_CASE("requests: an alarm whose moment is not ahead is a request for now, and replaces the one before")
{
    std::chrono::nanoseconds const by = GENERATE(0, 1, 360'000'000'000'000) * 1ns;
    requests r;
    r.set_alarm(steady(500h), at(200h));
    r.set_alarm(steady(200h - by), at(200h));
    CHECK(!r.alarm());
    REQUIRE(r.pending());
    CHECK(same(*r.pending(), steady(200h))); // and not its moment
}

TEST_CASE("requests: an alarm replaces one that is ahead, not one whose moment has come")
{
    requests r;
    r.set_alarm(steady(10s), at(0s));
    SECTION("ahead")
    {
        r.set_alarm(on_the_wall(1000h + 20s), at(10s - 1ns));
        CHECK(!r.pending());
        CHECK(same(*r.alarm(), on_the_wall(1000h + 20s)));
    }
    SECTION("has come")
    {
        r.set_alarm(on_the_wall(1000h + 20s), at(10s));
        REQUIRE(r.pending());
        CHECK(same(*r.pending(), steady(10s)));
        CHECK(same(*r.alarm(), on_the_wall(1000h + 20s)));
    }
    SECTION("has come, and the new one is not ahead")
    {
        r.set_alarm(steady(1s), at(12s));
        CHECK(same(*r.pending(), steady(10s))); // the earliest
        CHECK(!r.alarm());
    }
}

TEST_CASE("requests: serving leaves an alarm that is ahead")
{
    requests r;
    r.set_alarm(steady(10s), at(0s));
    r.add(at(3s));
    r.serve();
    CHECK(!r.pending());
    CHECK(r.alarm());
    CHECK(!r.empty());
}

TEST_CASE("requests: the earliest of a request and an alarm that has come")
{
    requests r;
    r.add(at(3s));
    r.set_alarm(on_the_wall(1000h + 5s), at(4s));
    r.ripen(at(6s));
    CHECK(same(*r.pending(), steady(3s)));

    requests late; // a look after a wall-clock step finds an alarm that lies before the request
    late.set_alarm(on_the_wall(1000h + 50s), at(1s));
    late.add(at(3s));
    late.ripen({.steady = 4s, .wall = 1000h + 60s});
    CHECK(same(*late.pending(), on_the_wall(1000h + 50s))); // 10 s ago by its clock, and the other 1 s
}

TEST_CASE("requests: the iteration for one has its moment on the wall clock as slot")
{
    auto const it = requested_iteration(steady(3s), 7, at(5s));
    CHECK(it.number == 7);
    CHECK(it.cause == tasks::cause::requested);
    CHECK((it.slot == tasks::time_point{1000h + 3s}));
    CHECK((it.start == tasks::time_point{1000h + 5s}));
    CHECK(it.lateness == 2s);
    CHECK(it.attempt == 0);
    CHECK(it.coalesced == 0);
    // The wall clock was set back behind the moment of a request. No iteration starts before its slot.
    auto const early = requested_iteration(on_the_wall(1001h), 0, at(5s));
    CHECK((early.slot == tasks::time_point{1000h + 5s}));
    CHECK(early.lateness == 0s);
}
