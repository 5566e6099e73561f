// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

#include <optional>
#include <vector>

using namespace test;

namespace {

auto const noon = tasks::day_at(12h);

/// A user's schedule with a period, and `phase` after the full hour of the wall clock.
struct often {
    std::chrono::nanoseconds period;
    std::chrono::nanoseconds phase{0};
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return t - (t.time_since_epoch() - phase) % period + period;
    }
};

/// How long a loop runs no iteration after its clock is set back by `ahead` at 12:07:10. The clock was right
/// until 12:05:10, and then `ahead` of the time for two minutes.
std::chrono::nanoseconds silence(tasks::schedule const& every, std::chrono::nanoseconds ahead)
{
    virtual_context s{utc("2024-01-01T12:00:00Z")};
    std::optional<std::chrono::nanoseconds> set_right;
    std::optional<std::chrono::nanoseconds> heard;
    tasks::loop<> loop{s.io, every, [&](tasks::iteration const& it) {
                           CHECK(it.lateness >= 0s);
                           if (set_right && !heard)
                               heard = s.time.elapsed() - *set_right;
                       }};
    loop.start();
    s.time.advance(5min + 10s);
    s.time.step_wall_clock(ahead);
    s.time.advance(2min);
    s.time.step_wall_clock(-ahead);
    set_right = s.time.elapsed();
    for (int i = 0; i < 600 && !heard; ++i)
        s.time.advance(1min);
    return heard.value_or(-1s);
}

} // namespace

TEST_CASE("rule 10: no iteration starts before its slot, an early wake-up sleeps on, silently")
{
    virtual_context s;
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
    virtual_context s{utc("2024-01-01T11:00:00Z")};
    tasks::loop<> loop{s.io, noon, [&] { s.note("body"); }};
    s.time.wake_offsets({-300ms});
    loop.start();
    s.time.advance(2h);
    CHECK(s.trace() == "3600s body");
}

TEST_CASE("rule 10: no slot is served twice when the wall clock is set back by less than 3 hours")
{
    virtual_context s{utc("2024-01-01T11:50:00Z")};
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
    virtual_context s{utc("2024-01-01T11:50:00Z")};
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
    virtual_context s{utc("2024-01-01T11:50:00Z")};
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
    virtual_context s{utc("2024-01-02T11:50:00Z")};
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
    virtual_context s{utc("2024-01-01T11:59:00Z")};
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

TEST_CASE("rule 10: the exception for what repeats within the hour: set back by its distance or more, it is "
          "asked anew")
{
    for (auto const ahead : {1min, 10min, 120min, 179min, 181min}) {
        CAPTURE(ahead.count());
        CHECK(silence(often{1min}, ahead) == 50s);
    }
    // The clock was ahead when 14:00 was served, and 12:15 is next.
    CHECK(silence(often{15min}, 120min) == 7min + 50s);
    CHECK(silence(often{59min} | tasks::schedule{often{61min}}, 120min) < 1h);
}

TEST_CASE("rule 10: … by less than the distance, no slot is served twice")
{
    virtual_context s{utc("2024-01-01T12:00:00Z")};
    slot_ledger ledger{s, often{10min}};
    tasks::loop<> loop{s.io, often{10min}, [&](tasks::iteration const& it) { s.note(s.when(it.slot)); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(20min + 1s);
    CHECK(s.trace() == "600s 600s, 1200s 1200s");
    SECTION("less")
    {
        s.time.step_wall_clock(-10min + 1ns);
        s.time.advance(20min);
        CHECK(s.trace() == "2399999999999ns 1800s");
        CHECK(ledger.faults() == "");
    }
    SECTION("as much")
    {
        s.time.step_wall_clock(-10min);
        s.time.advance(20min);
        CHECK(s.trace() == "1800s 1200s, 2400s 1800s");
    }
    SECTION("less, each time")
    {
        for (int i = 0; i < 4; ++i) {
            s.time.step_wall_clock(-4min);
            s.time.advance(1min);
        }
        s.time.advance(25min);
        CHECK(s.trace() == "2760s 1800s"); // no two readings differed by 10 min
    }
}

TEST_CASE("rule 10: … not for slots an hour apart or more, nor for times of day, also in a union")
{
    CHECK(silence(often{1h}, 120min) > 120min);
    std::vector<tasks::time_of_day> minutes;
    for (int i = 0; i < 1440; ++i)
        minutes.emplace_back(std::chrono::minutes{i});
    CHECK(silence(tasks::day_at{minutes}, 120min) == 120min + 50s);
    CHECK(silence(tasks::day_at{minutes} | tasks::schedule{often{1min}}, 120min) == 120min + 50s);
    CHECK(silence(often{1min} | tasks::schedule{tasks::day_at(23h)}, 120min) == 120min + 50s);
    // but 3 h count as 3 h
    CHECK(silence(tasks::day_at{minutes}, 180min) == 50s);
}

TEST_CASE("rule 10: … nor before any slot was served")
{
    virtual_context s{utc("2024-01-01T12:00:10Z")};
    tasks::loop<> loop{s.io, often{1min}, [&] { s.note(text(s.time.now())); }};
    loop.start();
    s.time.advance(1s);
    s.time.step_wall_clock(-10min);
    s.time.advance(11min);
    CHECK(s.trace() == "650s 2024-01-01T12:01:00Z");
}

TEST_CASE("rule 10: … by the distance of the schedule that there is now")
{
    virtual_context s{utc("2024-01-01T12:00:00Z")};
    tasks::loop<> loop{s.io, often{1min}, [&] { s.note(text(s.time.now())); }};
    loop.start();
    s.time.advance(10min + 1s);
    static_cast<void>(s.trace());
    SECTION("20 min")
    {
        loop.change_interval(often{30min}); // 12:10 was served, and 12:30 follows it
        s.time.step_wall_clock(-19min);
        s.time.advance(41min);
        CHECK(s.trace() == "2940s 2024-01-01T12:30:00Z");
    }
    SECTION("the same again")
    {
        loop.change_interval(often{1min});
        s.time.step_wall_clock(-20min);
        s.time.advance(1min);
        CHECK(s.trace() == "660s 2024-01-01T11:51:00Z");
    }
    SECTION("twice in a row, with no slot between")
    {
        s.time.step_wall_clock(-20min);
        s.time.advance(1s);
        s.time.step_wall_clock(-20min);
        s.time.advance(1min);
        CHECK(s.trace() == "660s 2024-01-01T11:31:00Z");
    }
    SECTION("times of day, which go by 3 hours")
    {
        loop.change_interval(tasks::day_at(12h + 30min, 12h + 31min));
        s.time.step_wall_clock(-20min);
        s.time.advance(41min);
        CHECK(s.trace() == "3000s 2024-01-01T12:30:00Z, 3060s 2024-01-01T12:31:00Z");
    }
}

TEST_CASE("rule 10: … during a body, and an interval still counts from the slot that was served")
{
    virtual_context s{utc("2024-01-01T12:00:30Z")};
    tasks::loop<> loop{s.io, often{1min}, [&]() -> task {
                           s.note(text(s.time.now()));
                           co_await pause(20s);
                       }};
    loop.start();
    s.time.advance(40s);
    CHECK(s.trace() == "30s 2024-01-01T12:01:00Z");
    s.time.step_wall_clock(-30min);
    SECTION("instants")
    {
        s.time.advance(60s);
        CHECK(s.trace() == "90s 2024-01-01T11:32:00Z");
    }
    SECTION("an interval")
    {
        s.time.advance(20s);
        loop.change_interval(100s);
        s.time.advance(75s);
        CHECK(s.trace() == "130s 2024-01-01T11:32:40Z");
    }
}

TEST_CASE(
    "rule 10: … but what the clocks differ by from look to look without being set is none of its business")
{
    // Instants a millisecond apart: a clock that is read a little late must not make the loop forget due
    // instants.
    tasks::detail::timeline slots{often{1ms}, {}};
    slots.begin({.steady = 0s, .wall = 0s});
    CHECK(slots.decide({.steady = 1ms, .wall = 1ms}).slot == 1ms);
    CHECK(slots.update({.steady = 10ms, .wall = 14ms}) == 0s);
    CHECK(slots.update({.steady = 12ms, .wall = 12ms}) == 0s);
    CHECK(slots.upcoming() == 2ms);
}
