// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/day_at.hpp>

using namespace test;

namespace {

auto const noon = tasks::day_at(12h);

} // namespace

TEST_CASE("rule 10: no iteration starts before its slot, an early wake-up sleeps on, silently")
{
    stage s;
    slot_ledger ledger{s, 10s};
    tasks::loop<> loop{s.io, {.every = 10s, .count = 3}, [&](tasks::iteration const& it) {
                           s.note(s.when(it.slot) + "+" + text(it.lateness));
                       }};
    loop.observe(ledger);
    s.time.wake_offsets({-300ms});
    loop.start();
    s.time.advance(9900ms);
    CHECK(s.trace() == "0s 0s+0s");
    CHECK(ledger.trace() == "0s ran");
    s.time.advance(60s);
    CHECK(s.trace() == "10s 10s+0s, 20s 20s+0s");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 10: … nor does one with times of day")
{
    stage s{utc("2024-01-01T11:00:00Z")};
    tasks::loop<> loop{s.io, noon, [&] { s.note("body"); }};
    s.time.wake_offsets({-300ms});
    loop.start();
    s.time.advance(2h);
    CHECK(s.trace() == "3600s body");
}

TEST_CASE("rule 10: no slot is served twice when the wall clock is set back by less than 3 hours")
{
    stage s{utc("2024-01-01T11:50:00Z")};
    slot_ledger ledger{s, noon};
    tasks::loop<> loop{s.io, noon, [&] { s.note(text(s.time.now())); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(20min);
    CHECK(s.trace() == "600s 2024-01-01T12:00:00Z");

    s.time.step_wall_clock(-3h + 1s);
    s.time.advance(6h); // it is noon once more
    CHECK(s.trace() == "");
    s.time.advance(24h);
    CHECK(s.trace() == text(24h + 10min + 3h - 1s) + " 2024-01-02T12:00:00Z");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 10: the exception: set back by 3 hours or more, the schedule is asked anew from the new now")
{
    stage s{utc("2024-01-01T11:50:00Z")};
    tasks::loop<> loop{s.io, noon, [&] { s.note(text(s.time.now())); }};
    loop.start();
    s.time.advance(20min);
    CHECK(s.trace() == "600s 2024-01-01T12:00:00Z");

    s.time.step_wall_clock(-3h);
    s.time.advance(3h);
    CHECK(s.trace() == text(3h + 10min) + " 2024-01-01T12:00:00Z");
}

TEST_CASE("rule 10: … also when it happens during the body")
{
    stage s{utc("2024-01-01T11:50:00Z")};
    slot_ledger ledger{s, noon};
    tasks::loop<> loop{s.io, noon, [&]() -> task {
                           s.note(text(s.time.now()));
                           co_await pause(1min);
                       }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(10min + 30s);
    s.time.step_wall_clock(-48h);
    ledger.moved_to(noon);
    s.time.advance(24h);
    CHECK(s.trace() == "600s 2024-01-01T12:00:00Z, " + text(24h + 10min) + " 2023-12-31T12:00:00Z");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 10: a before hook that lasts while the clock is set back does not count")
{
    stage s{utc("2024-01-02T11:50:00Z")};
    tasks::loop<> loop{s.io, noon, [&] { s.note(text(s.time.now())); }};
    loop.before_loop([] { return pause(1min); });
    loop.start();
    s.time.advance(30s);
    s.time.step_wall_clock(-24h);
    s.time.advance(20min);
    CHECK(s.trace() == "600s 2024-01-01T12:00:00Z");
}

TEST_CASE("rule 10: slots never go backwards, whatever the wall clock does")
{
    stage s{utc("2024-01-01T11:59:00Z")};
    std::vector<tasks::time_point> slots;
    tasks::loop<> loop{s.io, tasks::day_at(12h, 12h + 1min, 12h + 2min, 12h + 3min, 13h),
                       [&](tasks::iteration const& it) { slots.push_back(it.slot); }};
    loop.start();
    for (auto const step : {0s, -90s, 45s, -100s, 200s, -7s, -1000s, 900s, -3600s}) {
        s.time.step_wall_clock(step);
        s.time.advance(40s);
    }
    s.time.advance(5h);
    REQUIRE(slots.size() >= 2);
    CHECK(slots.back() == utc("2024-01-01T13:00:00Z"));
    for (std::size_t i = 1; i < slots.size(); ++i)
        CHECK(slots[i - 1] < slots[i]);
}
