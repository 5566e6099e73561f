// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;

namespace {

/// The slots of a loop until `until`, after a before hook of 3 s.
std::string slots_after_hook(tasks::options o, std::chrono::nanoseconds until)
{
    noted_loop f{std::move(o)};
    f.loop.before_loop([] { return pause(3s); });
    f.start();
    f.advance(until);
    return f.trace();
}

} // namespace

TEST_CASE("rule 30: the first slot of an interval is the initial delay behind the end of the before hook")
{
    CHECK(slots_after_hook({.every = 10s, .initial_delay = 5s}, 30s) == "8s 8s, 18s 18s, 28s 28s");
    CHECK(slots_after_hook({.every = 10s, .initial_delay = 1ns}, 4s) == "3000000001ns 3000000001ns");
    CHECK(slots_after_hook({.every = 10s, .initial_delay = 1h}, 1h + 2s) == "");
}

TEST_CASE("rule 30: the default is 0")
{
    CHECK(tasks::options{}.initial_delay == 0ns);
    CHECK(slots_after_hook({.every = 10s}, 14s) == "3s 3s, 13s 13s");
    CHECK(slots_after_hook({.every = 10s, .initial_delay = 0s}, 14s) == "3s 3s, 13s 13s");
}

TEST_CASE("rule 30: instants are strictly after the moment asked from")
{
    auto const minutes = tasks::day_at(1min, 2min, 3min);
    CHECK(slots_after_hook({.every = minutes, .initial_delay = 57s - 1ns}, 4min) ==
          "60s 60s, 120s 120s, 180s 180s");
    CHECK(slots_after_hook({.every = minutes, .initial_delay = 57s}, 4min) == "120s 120s, 180s 180s");
    CHECK(slots_after_hook({.every = minutes, .initial_delay = 57s + 1ns}, 4min) == "120s 120s, 180s 180s");
}

TEST_CASE("rule 30: interval 0 begins behind the delay, too")
{
    CHECK(slots_after_hook({.every = 0s, .count = 2, .initial_delay = 5s}, 30s) == "8s 8s, 8s 8s");
}

TEST_CASE("rule 30: next_iteration() shows the first slot while it is delayed")
{
    noted_loop f{{.every = 10s, .initial_delay = 5s}};
    f.start();
    f.advance(1s);
    CHECK(f.next() == "5s");
    CHECK(f.loop.current_loop() == 0);
    f.advance(4s - 1ns);
    CHECK(f.trace() == "");
    f.advance(1ns);
    CHECK(f.trace() == "5s 5s");
    CHECK(f.next() == "15s");
}

TEST_CASE(
    "rule 30: the moment is remembered on the steady clock, so that steps of the wall clock change nothing")
{
    noted_loop f{{.every = 10s, .initial_delay = 1h}};
    f.start();
    f.advance(30min);
    f.s.time.step_wall_clock(25min);
    f.advance(30min - 1ns);
    CHECK(f.trace() == "");
    f.advance(1ns);
    CHECK(f.trace() == "3600s 5100s"); // an hour after the start; the wall clock is 25 min ahead
}

TEST_CASE("rule 30: change_interval before the first slot asks from the same moment")
{
    noted_loop f{{.every = 10s, .initial_delay = 60s}};
    f.start();
    f.advance(20s);
    SECTION("an interval")
    {
        f.change(25s);
        CHECK(f.next() == "60s");
        f.advance(90s);
        CHECK(f.trace() == "60s 60s, 85s 85s, 110s 110s");
    }
    SECTION("instants are strictly after it")
    {
        f.change(tasks::day_at(40s, 60s, 90s));
        CHECK(f.next() == "90s");
        f.advance(90s);
        CHECK(f.trace() == "90s 90s");
    }
    SECTION("interval 0")
    {
        f.change(0s);
        CHECK(f.next() == "60s");
        f.loop.stop();
    }
    SECTION("a fixed delay")
    {
        f.change(tasks::fixed_delay(7s));
        CHECK(f.next() == "60s");
        f.advance(50s);
        CHECK(f.trace() == "60s 60s, 67s 67s");
    }
    SECTION("more than once")
    {
        f.change(tasks::day_at(1h));
        f.change(30s);
        f.advance(75s);
        CHECK(f.trace() == "60s 60s, 90s 90s");
    }
}

TEST_CASE("rule 30: … also before the first step and in the before hook")
{
    noted_loop f{{.every = 10s, .initial_delay = 60s}};
    f.loop.before_loop([] { return pause(5s); });
    f.start();
    auto const in_the_hook = GENERATE(false, true);
    if (in_the_hook)
        f.advance(2s);
    f.change(25s);
    f.advance(95s - f.s.time.elapsed());
    CHECK(f.trace() == "65s 65s, 90s 90s");
}

TEST_CASE("rule 30: … or from now, if that moment has passed")
{
    noted_loop f{{.every = tasks::day_at(1h), .initial_delay = 10s}};
    f.start();
    f.advance(30s);
    SECTION("an interval begins now")
    {
        f.change(20s);
        f.advance(25s);
        CHECK(f.trace() == "30s 30s, 50s 50s");
    }
    SECTION("instants are strictly after now")
    {
        f.change(tasks::day_at(20s, 30s, 40s));
        CHECK(f.next() == "40s");
    }
    SECTION("a fixed delay begins now")
    {
        f.change(tasks::fixed_delay(20s));
        f.advance(25s);
        CHECK(f.trace() == "30s 30s, 50s 50s");
    }
}

TEST_CASE("rule 30: … exactly at that moment the interval begins")
{
    noted_loop f{{.every = tasks::day_at(1h), .initial_delay = 10s}};
    f.start();
    f.advance(10s);
    f.change(20s);
    f.advance(25s);
    CHECK(f.trace() == "10s 10s, 30s 30s");
}

TEST_CASE("rule 30: requested iterations and missed slots do not count as the first slot served")
{
    SECTION("a requested iteration before the moment")
    {
        noted_loop f{{.every = 10s, .initial_delay = 60s}};
        f.start();
        f.advance(20s);
        CHECK(f.loop.trigger());
        f.advance(5s);
        f.change(40s);
        f.advance(80s);
        CHECK(f.trace() == "20s 20s requested, 60s 60s, 100s 100s");
    }
    SECTION("a missed slot")
    {
        noted_loop f{{.every = 100s, .initial_delay = 10s}};
        f.loop.pause();
        f.start();
        f.advance(15s);
        f.loop.resume();
        f.advance(15s);
        CHECK(f.slots() == "10s missed(paused)");
        f.change(50s); // and not 60 s, behind the slot of 10 s
        f.advance(60s);
        CHECK(f.trace() == "30s 30s, 80s 80s");
    }
    SECTION("one that was too late")
    {
        noted_loop f{{.every = 100s, .initial_delay = 10s, .grace = 1s}};
        f.start();
        f.advance(5s);
        f.s.time.suspend(10s);
        f.advance(15s);
        CHECK(f.slots() == "10s missed(late)");
        f.change(50s);
        f.advance(60s);
        CHECK(f.trace() == "30s 30s, 80s 80s");
    }
}

TEST_CASE("rule 30: after a slot was served, a change counts from there")
{
    noted_loop f{{.every = 100s, .initial_delay = 10s}};
    f.start();
    f.advance(15s);
    f.change(40s);
    f.advance(40s);
    CHECK(f.trace() == "10s 10s, 50s 50s");
}

TEST_CASE("rule 30: a clock set back by hours: asked anew from the later of that moment and now")
{
    noted_loop f{{.every = tasks::day_at(21h, 22h + 15min, 23h), .initial_delay = 2h}};
    f.start();
    SECTION("before the moment")
    {
        f.advance(30min);
        f.s.time.step_wall_clock(-4h); // 20:30; the moment is 22:00
        f.advance(5min);
        CHECK(f.next() == text(-1h - 45min)); // 22:15 of the day before
        f.advance(1h + 40min);
        CHECK(f.trace() == text(2h + 15min) + " " + text(-1h - 45min));
    }
    SECTION("behind it")
    {
        f.advance(2h + 30min);
        f.s.time.step_wall_clock(-4h); // 22:30, behind 22:00
        f.advance(5min);
        CHECK(f.next() == text(-1h)); // 23:00 of the day before
        f.advance(25min);
        CHECK(f.trace() == text(3h) + " " + text(-1h));
    }
    static_cast<void>(f.ledger.take_faults()); // the books know slots that go forward
}

TEST_CASE("rule 30: each run delays anew")
{
    noted_loop f{{.every = 10s, .count = 2, .initial_delay = 5s}};
    f.start();
    f.advance(20s);
    CHECK(f.trace() == "5s 5s, 15s 15s");
    CHECK(!f.loop.is_running());
    f.start();
    f.advance(7s);
    f.loop.restart();
    f.advance(20s);
    CHECK(f.trace() == "25s 25s, 32s 32s, 42s 42s");
}

TEST_CASE("rule 30: a stop or a cancellation ends the delay, and no slot is missed")
{
    noted_loop f{{.every = 10s, .initial_delay = 5s}};
    note_hooks(f.s, f.loop);
    f.start();
    f.advance(4s);
    auto const stops = GENERATE(false, true);
    stops ? f.loop.stop() : f.loop.cancel();
    f.advance(60s);
    CHECK(f.trace() == "0s before, 4s after");
    CHECK(f.slots() == "");
}

TEST_CASE("rule 30: a delay beyond the end of the clocks is for ever")
{
    noted_loop f{{.every = GENERATE(tasks::schedule{10s}, tasks::schedule{tasks::fixed_delay(10s)}),
                  .initial_delay = std::chrono::nanoseconds::max()}};
    f.start();
    f.advance(24h * 365);
    CHECK(f.trace() == "");
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == text(24h * 365) + " " + text(24h * 365) + " requested");
    f.loop.stop();
    f.advance(1s);
    CHECK(!f.loop.is_running());
    CHECK(f.slots() == text(24h * 365) + " requested");
}

TEST_CASE("rule 30: no instant follows a moment beyond the end of the clocks, so that the run ends")
{
    noted_loop f{{.every = tasks::day_at(1h), .initial_delay = std::chrono::nanoseconds::max()}};
    f.start();
    f.advance(1s);
    CHECK(!f.loop.is_running());
    CHECK(!f.loop.failed());
    CHECK(f.slots() == "");
}

TEST_CASE("rule 30: a change in the after hook is one for the next run, which delays anew")
{
    noted_loop f{{.every = 10s, .count = 1, .initial_delay = 5s}};
    f.loop.after_loop([&] { f.change(20s); });
    f.start();
    f.advance(6s);
    f.loop.restart();
    f.advance(10s);
    CHECK(f.trace() == "5s 5s, 11s 11s");
    CHECK(f.loop.every().interval() == 20s);
}

TEST_CASE("rule 30: with overlap the delay is that of the first slot only")
{
    noted_loop f{{.every = 10s, .overlap = 2, .initial_delay = 5s}};
    f.takes = {12s, 12s, 12s};
    f.start();
    f.advance(26s);
    CHECK(f.trace() == "5s 5s, 15s 15s, 25s 25s");
}
