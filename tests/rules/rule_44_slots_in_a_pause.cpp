// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <optional>
#include <stdexcept>
#include <string>

using namespace test;
using tasks::missed;

namespace {

/// Every whole second, unless it throws.
struct moody_seconds {
    bool const* throws;

    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        if (*throws)
            throw std::runtime_error{"no idea"};
        return whole_seconds_of_the_clock::next(t);
    }
};

/// Notes each decision: `2s..4s missed(paused)`.
struct noted_decisions {
    virtual_context& s;

    void on_slot(tasks::slot_decided const& e) const
    {
        s.note(s.when(e.first) + ".." + s.when(e.last) + " " + std::string{to_string(e.what)} + "(" +
               std::string{to_string(e.cause)} + ")");
    }
};

} // namespace

TEST_CASE("rule 44: slots that come due in a pause are missed, and the grid stays")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    f.loop.resume();
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 30s 30s");
    CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 30s ran");
}

TEST_CASE("rule 44: the next slot is strictly after resume(), so that one due just then is missed")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    SECTION("just then")
    {
        f.advance(5s);
        f.loop.resume();
        CHECK(f.next() == "20s");
        f.advance(1s);
        CHECK(f.slots() == "0s ran, 10s missed(paused)");
    }
    SECTION("1 ns before")
    {
        f.advance(5s - 1ns);
        f.loop.resume();
        f.advance(1s);
        CHECK(f.slots() == "0s ran, 10s ran");
    }
}

TEST_CASE("rule 44: a pause over no slot loses none")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(2s);
    f.loop.pause();
    f.advance(6s);
    f.loop.resume();
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 10s 10s");
}

TEST_CASE("rule 44: slots overdue at pause() are missed, whatever the policy")
{
    for (auto const policy : {missed::coalesce, missed::skip, missed::catch_up(5),
                              missed::catch_up(tasks::unlimited), missed::delay, missed::forbid}) {
        noted_loop f{{.every = 10s, .missed = policy, .grace = 1ms}};
        f.takes = {25s};
        f.start();
        f.advance(22s);
        f.loop.pause();
        f.loop.resume();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 30s 30s");
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 30s ran");
    }
}

TEST_CASE("rule 44: … and those that come due while the body goes on, told when a place is free")
{
    noted_loop f{{.every = 10s}};
    f.takes = {36s};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    f.loop.resume(); // 10 and 20 s are missed; 30 s is merely late
    f.advance(10s);
    CHECK(f.slots() == "0s ran");
    f.advance(1s);
    CHECK(f.slots() == "10s missed(paused), 20s missed(paused), 30s ran");
    CHECK(f.trace() == "0s 0s, 36s 30s");
}

TEST_CASE("rule 44: two pauses during a body")
{
    noted_loop f{{.every = 10s}};
    f.takes = {45s};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(10s);
    f.loop.resume(); // at 15 s
    f.loop.pause();
    f.advance(10s);
    f.loop.resume(); // at 25 s
    f.advance(22s);
    CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 30s coalesced, 40s ran");
}

TEST_CASE("rule 44: a backlog of catch_up is dropped")
{
    for (auto const policy : {missed::catch_up(10), missed::catch_up(tasks::unlimited)}) {
        noted_loop f{{.every = 10s, .missed = policy}};
        f.takes = {45s, 2s};
        f.start();
        f.advance(46s); // 10 s is made up for
        f.loop.pause();
        f.loop.resume();
        f.advance(5s);
        CHECK(f.trace() == "0s 0s, 45s 10s, 50s 50s");
        CHECK(f.slots() ==
              "0s ran, 10s ran, 20s missed(paused), 30s missed(paused), 40s missed(paused), 50s ran");
    }
}

TEST_CASE("rule 44: the first slot included")
{
    noted_loop f{{.every = 10s}};
    f.loop.before_loop([] { return pause(3s); });
    SECTION("paused before the start")
    {
        f.loop.pause();
        f.start();
        f.advance(15s);
        f.loop.resume();
        f.advance(10s);
        CHECK(f.slots() == "3s missed(paused), 13s missed(paused), 23s ran");
    }
    SECTION("from the before hook until its end")
    {
        f.start();
        f.advance(1s);
        f.loop.pause();
        f.advance(2s);
        f.loop.resume(); // at the end of the hook, which is the first slot
        f.advance(10s);
        CHECK(f.slots() == "3s missed(paused), 13s ran");
    }
    SECTION("within the before hook, which no slot was concerned by")
    {
        f.loop.pause();
        f.start();
        f.advance(2s);
        f.loop.resume();
        f.advance(10s);
        CHECK(f.slots() == "3s ran");
    }
}

TEST_CASE("rule 44: they are counted at resume(), and told at the loop's next step")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    f.loop.resume();
    CHECK(f.slots() == "0s ran");
    CHECK(f.next() == "30s");
    f.s.time.suspend(10s); // 30 s comes due after resume()
    CHECK(f.slots() == "10s missed(paused), 20s missed(paused), 30s ran");
}

TEST_CASE("rule 44: … at change_interval")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    SECTION("to a slot ahead")
    {
        f.loop.change_interval(50s);
        f.advance(1s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused)");
        f.loop.resume();
        f.ledger.moved_to(50s);
        f.advance(30s);
        CHECK(f.slots() == "50s ran");
    }
    SECTION("to a slot that comes due in the rest of the pause")
    {
        f.loop.change_interval(32s);
        f.advance(10s); // 35 s
        f.loop.resume();
        f.ledger.moved_to(32s);
        f.advance(30s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 32s missed(paused), 64s ran");
    }
    SECTION("to the moment of the change")
    {
        f.loop.change_interval(7s); // the slot is 25 s
        f.advance(1s);
        f.loop.resume();
        f.ledger.moved_to(7s);
        f.advance(7s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 25s missed(paused), 32s ran");
    }
    static_cast<void>(f.ledger.take_faults()); // the books know one grid only
}

TEST_CASE("rule 44: … or at the end of the run: those that are due when the after hook begins")
{
    noted_loop f{{.every = 10s}};
    f.loop.after_loop([] { return pause(30s); });
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    SECTION("paused until the end")
    {
        GENERATE(false, true) ? f.loop.stop() : f.loop.cancel();
        f.advance(60s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused)");
    }
    SECTION("resumed in one step with a stop: told as paused, and what follows as ended")
    {
        f.loop.resume();
        f.loop.stop();
        f.s.time.suspend(10s);
        f.advance(60s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 30s missed(ended)");
    }
}

TEST_CASE("rule 44: … of a run that fails while it is paused")
{
    captured_log const log;
    noted_loop f{{.every = 10s}};
    f.takes = {25s};
    f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(30s);
    CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused)");
}

TEST_CASE("rule 44: … they are missed for the pause also if the schedule could not be asked at resume()")
{
    virtual_context s;
    bool throws = false;
    noted_decisions log{s};
    tasks::loop<> loop{s.io, {.every = moody_seconds{&throws}}, [] {}};
    loop.observe(log);
    loop.start();
    s.time.advance(1500ms);
    CHECK(s.trace() == "1s 1s..1s ran(none)");
    loop.pause();
    s.time.advance(3s);
    throws = true;
    loop.resume();
    throws = false;
    SECTION("the next step asks it")
    {
        s.time.advance(1s);
        CHECK(s.trace() == "4500ms 2s..4s missed(paused), 5s 5s..5s ran(none)");
    }
    SECTION("change_interval does")
    {
        loop.change_interval(10s);
        s.time.advance(7s);
        CHECK(s.trace() == "4500ms 2s..4s missed(paused), 11s 11s..11s ran(none)");
    }
    SECTION("the end of the run does")
    {
        loop.stop();
        s.time.advance(1s);
        CHECK(s.trace() == "4500ms 2s..4s missed(paused)");
        CHECK(!loop.is_running());
    }
}

TEST_CASE("rule 44: of instants they are counted by the wall clock at resume()")
{
    noted_loop f{{.every = tasks::day_at(1min, 2min, 3min, 4min)}};
    f.start();
    f.advance(30s);
    f.loop.pause();
    SECTION("as time goes on")
    {
        f.advance(2min);
        f.loop.resume();
        f.advance(1min);
        CHECK(f.slots() == "60s missed(paused), 120s missed(paused), 180s ran");
    }
    SECTION("set forward over a slot")
    {
        f.s.time.step_wall_clock(1min);
        f.loop.resume();
        f.advance(1min);
        CHECK(f.slots() == "60s missed(paused), 120s ran");
    }
    SECTION("set back")
    {
        f.advance(1min);
        f.s.time.step_wall_clock(-40s); // 50 s: nothing has come due by this clock
        f.loop.resume();
        f.advance(15s);
        CHECK(f.slots() == "60s ran");
    }
}

TEST_CASE(
    "rule 44: slots that were overdue at pause() stay missed, though the clock is set back before resume()")
{
    noted_loop f{{.every = tasks::day_at(1min, 2min, 3min)}};
    f.takes = {80s};
    f.start();
    f.advance(125s); // in the body of 1:00; 2:00 is overdue
    f.loop.pause();
    f.s.time.step_wall_clock(-10s);
    f.loop.resume(); // 1:55 by the wall clock
    f.advance(90s);
    CHECK(f.slots() == "60s ran, 120s missed(paused), 180s ran");
}

TEST_CASE("rule 44: under a fixed delay and the interval 0 the slot is not lost")
{
    SECTION("it came due: the moment of resume()")
    {
        noted_loop f{{.every = tasks::fixed_delay(10s)}};
        f.start();
        f.advance(5s);
        f.loop.pause();
        f.advance(20s);
        f.loop.resume();
        CHECK(f.next() == "25s");
        f.advance(11s);
        CHECK(f.trace() == "0s 0s, 25s 25s, 35s 35s");
        CHECK(f.slots() == "0s ran, 25s ran, 35s ran");
    }
    SECTION("it is ahead: itself")
    {
        noted_loop f{{.every = tasks::fixed_delay(10s)}};
        f.start();
        f.advance(5s);
        f.loop.pause();
        f.advance(3s);
        f.loop.resume();
        f.advance(5s);
        CHECK(f.trace() == "0s 0s, 10s 10s");
    }
    SECTION("the first slot")
    {
        noted_loop f{{.every = tasks::fixed_delay(10s)}};
        f.loop.pause();
        f.start();
        f.advance(5s);
        f.loop.resume();
        f.advance(1s);
        CHECK(f.trace() == "5s 5s");
    }
    SECTION("interval 0")
    {
        noted_loop f{{.every = 0s, .count = 3}};
        f.takes = {2s, 2s, 2s};
        f.start();
        f.advance(1s);
        f.loop.pause();
        f.advance(10s);
        f.loop.resume();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 11s 11s, 13s 13s");
        CHECK(f.slots() == "0s ran, 11s ran, 13s ran");
    }
    SECTION("interval 0, resumed during the body: its end")
    {
        noted_loop f{{.every = 0s, .count = 2}};
        f.takes = {5s};
        f.start();
        f.advance(1s);
        f.loop.pause();
        f.advance(1s);
        f.loop.resume();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 5s 5s");
    }
    SECTION("a fixed delay, resumed during the body: its end and the delay")
    {
        noted_loop f{{.every = tasks::fixed_delay(10s)}};
        f.takes = {5s};
        f.start();
        f.advance(1s);
        f.loop.pause();
        f.advance(1s);
        f.loop.resume();
        f.advance(14s);
        CHECK(f.trace() == "0s 0s, 15s 15s");
    }
}

TEST_CASE("rule 44: a schedule that has no further slot then ends the run at resume()")
{
    virtual_context const clock;
    noted_loop f{{.every = one_instant{clock.began() + 10s}}};
    f.loop.after_loop([&] { f.s.note("after"); });
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(20s);
    CHECK(f.loop.is_running());
    SECTION("no further slot")
    {
        f.loop.resume();
        f.advance(1s);
        CHECK(f.trace() == "25s after");
        CHECK(f.slots() == "10s missed(paused)");
    }
    SECTION("an alarm is still set")
    {
        CHECK(f.loop.trigger_in(10s));
        f.loop.resume();
        f.advance(20s);
        CHECK(f.trace() == "35s 35s requested, 35s after");
    }
    SECTION("a new schedule, set while it is paused")
    {
        f.loop.change_interval(10s);
        f.loop.resume();
        f.advance(20s);
        CHECK(f.loop.is_running());
        f.loop.stop();
        static_cast<void>(f.ledger.take_faults());
    }
}

TEST_CASE("rule 44: pause and resume in one step drop a slot that is overdue, or in its jitter")
{
    SECTION("overdue")
    {
        noted_loop f{{.every = 10s}};
        f.takes = {15s};
        f.start();
        f.advance(12s);
        f.loop.pause();
        f.loop.resume();
        f.advance(10s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
    }
    SECTION("in its jitter")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{5s}}};
        f.start();
        f.advance(12s);
        f.loop.pause();
        f.loop.resume();
        f.advance(15s);
        CHECK(f.trace() == "0s 0s, 25s 20s");
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
    }
    SECTION("neither")
    {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{5s}}};
        f.start();
        f.advance(9s);
        f.loop.pause();
        f.loop.resume();
        f.advance(7s);
        CHECK(f.trace() == "0s 0s, 15s 10s");
    }
}

TEST_CASE("rule 44: with overlap, in flight and paused")
{
    noted_loop f{{.every = 10s, .overlap = 3}};
    f.takes = {35s, 35s};
    f.start();
    f.advance(15s);
    f.loop.pause();
    f.advance(12s);
    f.loop.resume();
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 30s 30s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(paused), 30s ran");
}

TEST_CASE("rule 44: of very many instants, the ends are right")
{
    noted_loop f{{.every = whole_seconds_of_the_clock{}}};
    f.start();
    f.advance(500ms);
    f.loop.pause();
    f.advance(50'000s);
    f.loop.resume();
    f.advance(1s);
    CHECK(f.trace() == "50001s 50001s");
    static_cast<void>(f.ledger.take_faults()); // the count is a lower bound
}

TEST_CASE("rule 44: a loop that nobody watches loses the same slots")
{
    virtual_context s;
    auto const policy =
        GENERATE(as<missed>{}, missed::coalesce, missed::catch_up(tasks::unlimited), missed::forbid);
    int bodies = 0;
    tasks::loop<> loop{s.io, {.every = 10s, .missed = policy}, [&]() -> task {
                           s.note("body");
                           bool const first = bodies++ == 0;
                           co_await pause(first ? 35s : 0s);
                       }};
    loop.start();
    s.time.advance(22s);
    loop.pause();
    s.time.advance(20s); // the body ends at 35 s
    loop.resume();
    s.time.advance(10s);
    CHECK(s.trace() == "0s body, 50s body");
}
