// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

namespace {

struct broken {
    std::optional<tasks::time_point> next(tasks::time_point) const { throw std::runtime_error{"no idea"}; }
};

struct fixture_of_rule_21 {
    virtual_context s{utc("2024-01-01T00:00:00Z")};
    slot_ledger ledger;
    std::chrono::nanoseconds takes{0};
    tasks::loop<> loop;

    explicit fixture_of_rule_21(tasks::schedule every)
        : ledger{s, every}
        , loop{s.io, every, [this](tasks::iteration const& it) -> task {
                   s.note(s.when(it.slot));
                   co_await pause(std::exchange(takes, 0s));
               }}
    {
        loop.observe(ledger);
    }
    ~fixture_of_rule_21() { CHECK(ledger.faults() == ""); }

    void change(tasks::schedule every)
    {
        ledger.moved_to(every);
        loop.change_interval(every);
    }
};

} // namespace

TEST_CASE("rule 21: waiting: an interval counts from the last slot served")
{
    fixture_of_rule_21 f{100s};
    f.loop.start();
    f.s.time.advance(10s);
    f.change(30s);
    CHECK(f.s.when(f.loop.next_iteration()) == "30s");
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "0s 0s, 30s 30s, 60s 60s");
    f.change(60s);
    f.s.time.advance(60s);
    CHECK(f.s.trace() == "120s 120s");
}

TEST_CASE("rule 21: … if that is past, the moment of the change is the slot and the grid goes on from there")
{
    fixture_of_rule_21 f{100s};
    f.loop.start();
    f.s.time.advance(50s);
    f.change(20s);
    CHECK(f.s.when(f.loop.next_iteration()) == "50s");
    f.s.time.advance(45s);
    CHECK(f.s.trace() == "0s 0s, 50s 50s, 70s 70s, 90s 90s");
}

TEST_CASE("rule 21: waiting: times are strictly after now")
{
    fixture_of_rule_21 f{100s};
    f.loop.start();
    f.s.time.advance(60s);
    f.change(tasks::day_at(1min, 2min));
    f.s.time.advance(70s);
    CHECK(f.s.trace() == "0s 0s, 120s 120s");
}

TEST_CASE("rule 21: the last slot is remembered on the steady clock also for times of day")
{
    fixture_of_rule_21 f{tasks::day_at(1min, 10h)};
    f.loop.start();
    f.s.time.advance(70s);
    CHECK(f.s.trace() == "60s 60s");
    f.s.time.step_wall_clock(-30s);
    f.s.time.advance(50s);
    f.change(100s);
    f.s.time.advance(45s);
    CHECK(f.s.trace() == "160s 130s"); // 60 s + 100 s; the wall clock is 30 s behind
}

TEST_CASE("rule 21: between times of day")
{
    fixture_of_rule_21 f{tasks::day_at(1h)};
    f.loop.start();
    f.s.time.advance(30min);
    f.change(tasks::day_at(2h));
    f.s.time.advance(2h);
    CHECK(f.s.trace() == "7200s 7200s");
}

TEST_CASE("rule 21: before the first iteration: as if started with the new schedule now")
{
    fixture_of_rule_21 f{tasks::day_at(1h)};
    f.loop.start();
    f.s.time.advance(30min);
    f.change(10min);
    f.s.time.advance(25min);
    CHECK(f.s.trace() == "1800s 1800s, 2400s 2400s, 3000s 3000s");
}

TEST_CASE("rule 21: during the body: the next slot is computed anew by the same rule")
{
    fixture_of_rule_21 f{100s};
    f.takes = 50s;
    f.loop.start();
    f.s.time.advance(10s);
    SECTION("an interval, its next slot ahead")
    {
        f.change(70s);
        CHECK(f.s.when(f.loop.next_iteration()) == "70s");
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "0s 0s, 70s 70s");
    }
    SECTION("an interval, its next slot past: the moment of the change")
    {
        f.change(5s);
        CHECK(f.s.when(f.loop.next_iteration()) == "10s");
        f.s.time.advance(42s);
        CHECK(f.s.trace() == "0s 0s, 50s 50s"); // slots 10 to 50 were overdue by then
        CHECK(f.ledger.trace() ==
              "0s ran, 10s coalesced, 15s coalesced, 20s coalesced, 25s coalesced, 30s coalesced, "
              "35s coalesced, 40s coalesced, 45s coalesced, 50s ran");
    }
    SECTION("times of day")
    {
        f.change(tasks::day_at(1min));
        f.s.time.advance(60s);
        CHECK(f.s.trace() == "0s 0s, 60s 60s");
    }
}

TEST_CASE("rule 21: during a back-off likewise, and the retry is not disturbed")
{
    struct wait_20s {
        std::chrono::nanoseconds next(unsigned) const { return 20s; }
    };
    virtual_context s;
    bool fail = true;
    tasks::loop<> loop{s.io, {.every = 100s, .backoff = wait_20s{}}, [&](tasks::iteration const& it) {
                           s.note(s.when(it.slot) + "#" + std::to_string(it.attempt));
                           if (std::exchange(fail, false))
                               connection_lost();
                       }};
    loop.start();
    s.time.advance(5s);
    loop.change_interval(30s);
    CHECK(s.when(loop.next_iteration()) == "30s");
    s.time.advance(40s);
    CHECK(s.trace() == "0s 0s#0, 20s 0s#1, 30s 30s#0");
}

TEST_CASE("rule 21: the before hook is not disturbed")
{
    fixture_of_rule_21 f{100s};
    f.loop.before_loop([&]() -> task {
        co_await pause(10s);
        f.s.note("before ends");
    });
    f.loop.start();
    f.s.time.advance(5s);
    f.change(20s);
    f.s.time.advance(30s);
    CHECK(f.s.trace() == "10s before ends, 10s 10s, 30s 30s");
}

TEST_CASE("rule 21: legal while idle, before the first step, and in the hooks at the end")
{
    fixture_of_rule_21 f{100s};
    f.change(50s);
    CHECK(f.loop.every().interval() == 50s);
    f.loop.after_loop([&] { f.change(tasks::day_at(1h)); });
    f.loop.start();
    f.change(20s);
    f.s.time.advance(25s);
    f.loop.stop();
    f.s.time.run_until_idle();
    CHECK(f.s.trace() == "0s 0s, 20s 20s");
    CHECK(!f.loop.every().is_interval());
    f.loop.start();
    f.s.time.advance(1h);
    CHECK(f.s.trace() == "3600s 3600s");
}

TEST_CASE("rule 21: from within the body, for its own next slot")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] {
                           s.note("body");
                           loop.change_interval(loop.every().interval() * 2);
                       }};
    loop.start();
    s.time.advance(70s);
    CHECK(s.trace() == "0s body, 20s body, 60s body");
}

TEST_CASE("rule 21: strong: valid, or unchanged")
{
    fixture_of_rule_21 f{100s};
    f.loop.start();
    f.s.time.advance(10s);
    CHECK_THROWS_AS(f.loop.change_interval(-1s), tasks::bad_option);
    CHECK_THROWS_AS(f.loop.change_interval(broken{}), std::runtime_error);
    CHECK(f.loop.every().is_interval());
    CHECK(f.loop.every().interval() == 100s);
    CHECK(f.s.when(f.loop.next_iteration()) == "100s");
    f.s.time.advance(100s);
    CHECK(f.s.trace() == "0s 0s, 100s 100s");
}

TEST_CASE("rule 21: strong: what it saw of the wall clock before the old schedule threw is seen again")
{
    struct moody {
        bool const* throws;
        std::optional<tasks::time_point> next(tasks::time_point after) const
        {
            if (*throws)
                throw std::runtime_error{"no idea"};
            return tasks::day_at{"06:00"}.next(after);
        }
    };
    bool throws = false;
    virtual_context s; // at midnight
    tasks::loop<> loop{s.io, moody{&throws}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(7h);
    CHECK(s.trace() == "21600s body");
    s.time.step_wall_clock(-5h); // 02:00 again, and 06:00 is to come
    throws = true;
    CHECK_THROWS_AS(loop.change_interval(1h), std::runtime_error);
    throws = false;
    s.time.advance(5h);
    CHECK(s.trace() == "39600s body");
}

TEST_CASE("rule 21: slots overdue when the schedule is changed are missed with that cause")
{
    fixture_of_rule_21 f{10s};
    f.takes = 35s;
    f.loop.start();
    f.s.time.advance(32s);
    // The old slots are decided on the old grid, before the new one begins.
    f.loop.change_interval(60s);
    f.s.time.advance(40s);
    CHECK(f.s.trace() == "0s 0s, 60s 60s");
    auto const books = f.ledger.trace();
    CHECK(books ==
          "0s ran, 10s missed(rescheduled), 20s missed(rescheduled), 30s missed(rescheduled), 60s ran");
    CHECK(f.ledger.take_faults() == "");
}

TEST_CASE("rule 21: the other way round, to an interval of 0 and back")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&] {
                           s.note("body");
                           if (loop.current_loop() == 3)
                               loop.change_interval(20s);
                       }};
    loop.start();
    s.time.advance(5s);
    loop.change_interval(0s);
    s.time.advance(30s);
    CHECK(s.trace() == "0s body, 5s body, 5s body, 5s body, 25s body");
}

TEST_CASE("rule 21: to set the same times again loses nothing, whenever it comes")
{
    // Woken 7 ms late for its slot, the loop has not served it when the schedule is changed again.
    int lost = 0;
    for (auto phase = 0ms; phase < 200ms; ++phase) {
        virtual_context s{utc("2024-01-01T16:59:50Z")};
        s.time.wake_offsets({7ms});
        int ran = 0;
        tasks::loop<> loop{s.io, tasks::day_at(17h), [&] { ++ran; }};
        loop.start();
        s.time.advance(9900ms + phase);
        loop.change_interval(tasks::day_at(17h));
        s.time.advance(1s);
        lost += ran != 1;
    }
    CHECK(lost == 0);
}

TEST_CASE("rule 21: … also on a machine that slept over its slot and reads its configuration as it wakes up")
{
    fixture_of_rule_21 f{tasks::day_at(17h)};
    f.loop.start();
    f.s.time.advance(16h + 30min);
    f.s.time.step_wall_clock(40min);
    f.loop.change_interval(tasks::day_at(17h));
    CHECK(f.s.when(f.loop.next_iteration()) == text(17h));
    f.s.time.advance(1h);
    CHECK(f.s.trace() == text(16h + 30min) + " " + text(17h));
    CHECK(f.ledger.trace() == text(17h) + " ran");
}

TEST_CASE("rule 21: a slot that is overdue by both schedules is the next, and rule 12 decides from there")
{
    fixture_of_rule_21 f{tasks::day_at(1min, 2min, 3min, 4min)};
    f.takes = 170s;
    f.loop.start();
    f.s.time.advance(220s); // at 3:40, in the body for 1:00
    SECTION("the earliest that both name, and what the new one names behind it")
    {
        f.loop.change_interval(tasks::day_at(1min + 30s, 3min, 3min + 30s, 5min));
        CHECK(f.s.when(f.loop.next_iteration()) == "180s");
        f.s.time.advance(100s);
        CHECK(f.s.trace() == "60s 60s, 230s 210s, 300s 300s");
        CHECK(f.ledger.trace() == "60s ran, 120s missed(rescheduled), 180s coalesced, 210s ran, 300s ran");
    }
    SECTION("one that is due just now")
    {
        f.s.time.advance(20s - 11s);
        f.loop.change_interval(100h); // nothing is overdue any more
        f.s.time.advance(2s);
        static_cast<void>(f.s.trace());
        f.loop.change_interval(tasks::day_at(4min, 5min));
        f.s.time.advance(9s);
        CHECK(f.s.trace() == "240s 240s");
    }
    SECTION("none: times strictly after now")
    {
        f.loop.change_interval(tasks::day_at(1min + 30s, 3min + 30s, 5min));
        CHECK(f.s.when(f.loop.next_iteration()) == "300s");
        f.s.time.advance(100s);
        CHECK(f.s.trace() == "60s 60s, 300s 300s");
        CHECK(f.ledger.trace() == "60s ran, 120s missed(rescheduled), 180s missed(rescheduled), 300s ran");
    }
    SECTION("not what was served, though both name it")
    {
        f.loop.change_interval(tasks::day_at(1min));
        f.s.time.advance(100s);
        CHECK(f.s.trace() == "60s 60s");
    }
    SECTION("an interval counts from the last slot served, and what was overdue is missed")
    {
        f.loop.change_interval(300s);
        f.s.time.advance(150s);
        CHECK(f.s.trace() == "60s 60s, 360s 360s");
        CHECK(f.ledger.trace() == "60s ran, 120s missed(rescheduled), 180s missed(rescheduled), 360s ran");
    }
    static_cast<void>(f.ledger.take_faults()); // the ledger knows one grid only
}

TEST_CASE("rule 21: what a change is told of the wall clock is steps of it, not its drift")
{
    // Any two readings of real clocks differ by some nanoseconds, and each difference would be kept for the
    // observer.
    tasks::detail::timeline slots{tasks::day_at(1min), {}};
    slots.begin({.steady = 0s, .wall = 0s});
    for (int i = 1; i <= 100; ++i)
        CHECK(slots.update({.steady = i * 1s, .wall = i * (1s + 3ns)}) == 0s);
    CHECK(slots.update({.steady = 101s, .wall = 102s + 300ns}) == 1s);
    CHECK(slots.update({.steady = 102s, .wall = 102s + 301ns}) == 0s);
    CHECK(slots.update({.steady = 103s, .wall = 102s}) == -1s - 301ns);
}
