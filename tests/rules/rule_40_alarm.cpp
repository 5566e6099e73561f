// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;

namespace {

/// Sets the alarm by either clock.
bool set_alarm(noted_loop& f, std::chrono::nanoseconds in, bool by_wall_clock)
{
    return by_wall_clock ? f.loop.trigger_at(f.s.time.now() + in) : f.loop.trigger_in(in);
}

} // namespace

TEST_CASE("rule 40: an alarm is a request for a moment ahead")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(1s);
    CHECK(set_alarm(f, 4s, GENERATE(false, true)));
    f.advance(3s);
    CHECK(f.trace() == "0s 0s");
    f.advance(10s);
    CHECK(f.trace() == "5s 5s requested, 10s 10s");
    CHECK(f.slots() == "0s ran, 5s requested, 10s ran");
    f.advance(10s); // it was for once
    CHECK(f.trace() == "20s 20s");
}

TEST_CASE("rule 40: it replaces an earlier one")
{
    noted_loop f{{.every = 100s}};
    auto const by_wall_clock = GENERATE(false, true);
    f.start();
    f.advance(1s);
    SECTION("by an earlier one")
    {
        CHECK(set_alarm(f, 9s, by_wall_clock));
        CHECK(set_alarm(f, 4s, !by_wall_clock));
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 5s 5s requested");
    }
    SECTION("by a later one")
    {
        CHECK(set_alarm(f, 4s, by_wall_clock));
        f.advance(2s);
        CHECK(set_alarm(f, 7s, !by_wall_clock));
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 10s 10s requested");
    }
}

TEST_CASE("rule 40: a moment that is not ahead makes a request for now, and no alarm is left")
{
    noted_loop f{{.every = 100s}};
    auto const by_wall_clock = GENERATE(false, true);
    auto const in = GENERATE(0s, -5s);
    f.start();
    f.advance(10s);
    CHECK(f.loop.trigger_in(20s));
    CHECK(set_alarm(f, in, by_wall_clock));
    CHECK(f.next() == "100s");
    f.advance(50s);
    CHECK(f.trace() == "0s 0s, 10s 10s requested");
}

TEST_CASE("rule 40: when the moment comes the alarm is a request for it, and is not replaced any more")
{
    noted_loop f{{.every = 100s}};
    f.takes = {10s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(4s));
    f.advance(6s); // its moment came at 5 s
    CHECK(set_alarm(f, 13s, GENERATE(false, true)));
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 10s 5s requested, 20s 20s requested");
}

TEST_CASE("rule 40: … at exactly that moment, too")
{
    noted_loop f{{.every = 100s}};
    f.takes = {10s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(4s));
    f.advance(4s);
    CHECK(f.loop.trigger_in(15s));
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 10s 5s requested, 20s 20s requested");
}

TEST_CASE("rule 40: an iteration that starts before its moment does not serve it")
{
    noted_loop f{{.every = 10s}};
    f.takes = {0s, 5s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(11s)); // 12 s, during the iteration of 10 s
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 10s 10s, 12s 12s requested, 20s 20s");
}

TEST_CASE("rule 40: … and one that starts at its moment does")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(1s);
    CHECK(set_alarm(f, 9s, GENERATE(false, true)));
    f.advance(15s);
    CHECK(f.trace() == "0s 0s, 10s 10s");
}

TEST_CASE("rule 40: … an iteration for an overdue slot that starts after its moment does, too")
{
    noted_loop f{{.every = 10s}};
    f.takes = {25s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(14s));
    f.advance(28s);
    CHECK(f.trace() == "0s 0s, 25s 20s");
}

TEST_CASE("rule 40: a request for now leaves the alarm, whose moment is ahead")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(9s));
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 10s 10s requested");
}

TEST_CASE("rule 40: trigger_at follows the wall clock, and trigger_in the steady clock")
{
    noted_loop f{{.every = 1h}};
    f.start();
    f.advance(10s);
    SECTION("trigger_in: steps change nothing")
    {
        CHECK(f.loop.trigger_in(100s));
        f.advance(10s);
        f.s.time.step_wall_clock(GENERATE(1h, -1h));
        f.advance(90s - 1ns);
        CHECK(f.trace() == "0s 0s");
        f.advance(1ns);
        CHECK(f.trace().substr(0, 5) == "110s ");
    }
    SECTION("trigger_at: set forward, noticed within 30 s")
    {
        CHECK(f.loop.trigger_at(f.s.began() + 30min));
        f.s.time.step_wall_clock(25min);
        f.advance(2min);
        CHECK(f.trace() == "0s 0s");
        f.s.time.step_wall_clock(5min);
        f.advance(30s);
        auto const all = f.trace();
        CHECK(all.find(" 1800s requested") != std::string::npos);
    }
    SECTION("trigger_at: set back")
    {
        CHECK(f.loop.trigger_at(f.s.began() + 30min));
        f.s.time.step_wall_clock(-10min);
        f.advance(39min);
        CHECK(f.trace() == "0s 0s");
        f.advance(51s);
        CHECK(f.trace() == "2400s 1800s requested");
    }
}

TEST_CASE("rule 40: a wall-clock alarm beside slots of the other clock, and the reverse")
{
    noted_loop f{{.every = tasks::day_at(10min, 20min)}};
    f.start();
    CHECK(f.loop.trigger_in(15min));
    f.advance(5min);
    f.s.time.step_wall_clock(5min); // 10:00 by the wall clock
    f.advance(30s);
    CHECK(f.slots() == "600s ran");
    f.advance(9min + 30s);
    CHECK(f.trace().find(text(15min) + " " + text(20min)) != std::string::npos); // both at once
    f.advance(5min);
    CHECK(f.slots() == "1200s ran");
}

TEST_CASE("rule 40: … whichever comes first after a step of the wall clock, which is noticed within 30 s")
{
    SECTION("the slot, because the alarm has moved away")
    {
        noted_loop f{{.every = 10min}};
        f.start();
        CHECK(f.loop.trigger_at(f.s.began() + 5min));
        f.advance(1min);
        CHECK(f.trace() == "0s 0s");
        f.s.time.step_wall_clock(-1h);
        f.advance(9min);
        CHECK(f.trace().substr(0, 5) == "600s ");
        static_cast<void>(f.ledger.take_faults()); // it compares slots on the wall clock
    }
    SECTION("the slot, because it has come closer")
    {
        noted_loop f{{.every = tasks::day_at(10min)}};
        f.start();
        CHECK(f.loop.trigger_in(5min));
        f.advance(1min);
        f.s.time.step_wall_clock(9min);
        f.advance(30s);
        CHECK(f.slots() == "600s ran");
    }
}

TEST_CASE("rule 40: they return as trigger()")
{
    noted_loop f{{.every = 10s, .count = 2}};
    auto const by_wall_clock = GENERATE(false, true);
    auto const in = GENERATE(0s, 5s);
    CHECK_FALSE(set_alarm(f, in, by_wall_clock));
    f.start();
    CHECK(set_alarm(f, in, by_wall_clock));
    f.advance(0s);
    f.advance(11s);
    CHECK_FALSE(set_alarm(f, in, by_wall_clock));
    f.start();
    f.advance(1s);
    CHECK(set_alarm(f, 100s, by_wall_clock));
    f.loop.stop();
    CHECK_FALSE(set_alarm(f, in, by_wall_clock));
    f.advance(10s);
}

TEST_CASE("rule 40: next_iteration() shows the earlier of the alarm and the slot")
{
    noted_loop f{{.every = 10s}};
    auto const by_wall_clock = GENERATE(false, true);
    f.loop.before_loop([] { return pause(2s); });
    f.takes = {5s};
    CHECK(f.next() == "none");
    f.start();
    CHECK(set_alarm(f, 4s, by_wall_clock));
    CHECK(f.next() == "4s"); // before the first step
    f.advance(1s);
    CHECK(f.next() == "4s"); // in the before hook
    f.advance(2s);
    CHECK(f.next() == "4s"); // in the body
    f.advance(1s);
    CHECK(f.next() == "12s"); // its moment has come
    f.advance(4s);
    CHECK(f.trace() == "2s 2s, 7s 4s requested");
    CHECK(set_alarm(f, 20s, by_wall_clock));
    CHECK(f.next() == "12s"); // the slot is earlier
    f.advance(5s);
    CHECK(f.next() == "22s");
    f.advance(10s);
    CHECK(f.next() == "28s"); // the alarm is, by now
    f.loop.stop();
    CHECK(f.next() == "none");
}

TEST_CASE("rule 40: … also an alarm in the before hook whose moment comes there, and which then is served")
{
    noted_loop f{{.every = 10s, .initial_delay = 10s}};
    f.loop.before_loop([] { return pause(5s); });
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(2s));
    CHECK(f.next() == "3s");
    f.advance(2s);
    CHECK(f.next() == "none");
    f.advance(3s);
    CHECK(f.trace() == "5s 3s requested");
    CHECK(f.next() == "15s");
}

TEST_CASE("rule 40: … nothing in the last counted iteration, once cancelled or failed, or in the after hook")
{
    noted_loop f{{.every = 10s, .count = 2}};
    std::string seen;
    f.loop.after_loop([&] { seen += f.next(); }).error([](std::exception_ptr const&) {});
    f.takes = {1s, 5s};
    f.start();
    f.advance(2s);
    CHECK(f.loop.trigger_in(20s));
    SECTION("the last counted one")
    {
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 10s 10s");
        CHECK(f.next() == "none");
        f.advance(60s);
    }
    SECTION("cancelled")
    {
        f.loop.cancel();
        CHECK(f.next() == "none");
        f.advance(60s);
    }
    SECTION("failed")
    {
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        f.advance(14s);
        CHECK(f.next() == "none");
        f.advance(60s);
    }
    CHECK(seen == "none");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 40: a schedule without a further slot ends the run only when nothing else is to come")
{
    virtual_context const clock;
    noted_loop f{{.every = one_instant{clock.began() + 10s}}};
    f.loop.after_loop([&] { f.s.note("after"); });
    f.start();
    SECTION("nothing is")
    {
        f.advance(20s);
        CHECK(f.trace() == "10s 10s, 10s after");
    }
    SECTION("an alarm is set")
    {
        f.advance(5s);
        CHECK(set_alarm(f, 20s, GENERATE(false, true)));
        f.advance(10s);
        CHECK(f.loop.is_running());
        CHECK(f.next() == "25s");
        f.advance(20s);
        CHECK(f.trace() == "10s 10s, 25s 25s requested, 25s after");
    }
    SECTION("an alarm is set in the last iteration")
    {
        f.first = [&](tasks::iteration const& it) {
            if (it.number == 0)
                CHECK(f.loop.trigger_in(7s));
        };
        f.advance(30s);
        CHECK(f.trace() == "10s 10s, 17s 17s requested, 17s after");
    }
    SECTION("a request is pending")
    {
        f.takes = {5s};
        f.advance(12s);
        CHECK(f.loop.trigger());
        f.advance(10s);
        CHECK(f.trace() == "10s 10s, 15s 12s requested, 15s after");
    }
    SECTION("the alarm is replaced by a request for now")
    {
        f.advance(5s);
        CHECK(f.loop.trigger_in(50s));
        f.advance(15s);
        CHECK(f.loop.trigger_in(0s));
        f.advance(1s);
        CHECK(f.trace() == "10s 10s, 20s 20s requested, 20s after");
    }
    SECTION("a schedule that has no slot at all")
    {
        noted_loop g{{.every = one_instant{f.s.time.now()}}};
        g.start();
        CHECK(g.loop.trigger_in(3s));
        g.advance(10s);
        CHECK(g.trace() == "3s 3s requested");
        CHECK(!g.loop.is_running());
    }
}

TEST_CASE("rule 40: … with overlap, when the last of those in flight has ended")
{
    virtual_context const clock;
    noted_loop f{{.every = tasks::schedule{one_instant{clock.began() + 10s}} |
                           tasks::schedule{one_instant{clock.began() + 20s}},
                  .overlap = 2}};
    f.loop.after_loop([&] { f.s.note("after"); });
    f.takes = {30s, 5s};
    f.start();
    f.advance(30s);
    CHECK(f.loop.is_running());
    CHECK(f.loop.trigger());
    f.advance(30s);
    CHECK(f.trace() == "10s 10s, 20s 20s, 30s 30s requested, 40s after");
}

TEST_CASE("rule 40: on_trigger is a schedule without slots that never ends")
{
    noted_loop f{{.every = tasks::on_trigger}};
    note_hooks(f.s, f.loop);
    f.start();
    f.advance(1h);
    CHECK(f.trace() == "0s before");
    CHECK(f.loop.is_running());
    CHECK(f.next() == "none");
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.loop.trigger_in(5s));
    CHECK(f.next() == "3606s");
    f.advance(10s);
    CHECK(f.trace() == "3600s 3600s requested, 3606s 3606s requested");
    f.loop.stop();
    f.advance(1s);
    CHECK(f.trace() == "3611s after");
    CHECK(f.slots() == "3600s requested, 3606s requested");
}

TEST_CASE("rule 40: on_trigger keeps the context busy while it waits")
{
    asio::io_context io;
    int bodies = 0;
    tasks::loop<> loop{io, tasks::on_trigger, [&] {
                           ++bodies;
                           loop.stop();
                       }};
    loop.start();
    asio::post(io, [&] { CHECK(loop.trigger()); });
    CHECK(io.run() > 0);
    CHECK(bodies == 1);
    loop.start();
    io.restart();
    io.run_for(20ms);
    CHECK(!io.stopped()); // it still has something to do
    loop.cancel();
    io.run();
    CHECK(io.stopped());
}

TEST_CASE("rule 40: a body that says when it wants to run next")
{
    noted_loop f{{.every = tasks::on_trigger}};
    f.takes = {1s, 1s, 1s};
    f.then = [&](tasks::iteration const&) { CHECK(f.loop.trigger_at(f.s.time.now() + 9s)); };
    f.start();
    CHECK(f.loop.trigger());
    f.advance(25s);
    CHECK(f.trace() == "0s 0s requested, 10s 10s requested, 20s 20s requested");
}

TEST_CASE("rule 40: from on_trigger to an interval: the first slot is the moment of the change")
{
    noted_loop f{{.every = tasks::on_trigger}};
    f.start();
    f.advance(5s);
    SECTION("without a request")
    {
        f.change(10s);
        f.advance(12s);
        CHECK(f.trace() == "5s 5s, 15s 15s");
    }
    SECTION("after a request, which served no slot")
    {
        CHECK(f.loop.trigger());
        f.advance(1s);
        f.change(10s);
        f.advance(12s);
        CHECK(f.trace() == "5s 5s requested, 6s 6s, 16s 16s");
    }
    SECTION("to instants: strictly after now")
    {
        f.change(tasks::day_at(5s, 8s));
        CHECK(f.next() == "8s");
    }
    SECTION("to a fixed delay: the last end and the delay")
    {
        CHECK(f.loop.trigger());
        f.advance(2s);
        f.change(tasks::fixed_delay(10s));
        CHECK(f.next() == "15s");
    }
    f.loop.stop();
}

TEST_CASE("rule 40: … or the end of the initial delay, if that is still ahead")
{
    noted_loop f{{.every = tasks::on_trigger, .initial_delay = 20s}};
    f.start();
    f.advance(5s);
    f.change(10s);
    f.advance(30s);
    CHECK(f.trace() == "20s 20s, 30s 30s");
}

TEST_CASE("rule 40: to on_trigger: what is overdue is missed, and no slot follows")
{
    noted_loop f{{.every = 10s}};
    f.takes = {25s};
    f.start();
    f.advance(22s);
    f.loop.change_interval(tasks::on_trigger);
    CHECK(f.next() == "none");
    f.advance(60s);
    CHECK(f.trace() == "0s 0s");
    CHECK(f.slots() == "0s ran, 10s missed(rescheduled), 20s missed(rescheduled)");
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == "82s 82s requested");
    SECTION("and back: an interval counts from the last slot served")
    {
        f.change(50s); // 50 s is past
        f.advance(51s);
        CHECK(f.trace() == "83s 83s, 133s 133s");
        static_cast<void>(f.ledger.take_faults());
    }
}

TEST_CASE("rule 40: the alarm belongs to the run")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(10s));
    SECTION("stop and start")
    {
        f.loop.stop();
        f.advance(1s);
        f.start();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 2s 2s");
    }
    SECTION("restart")
    {
        f.loop.restart();
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 1s 1s");
    }
}

TEST_CASE("rule 40: change_interval leaves the alarm")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(9s));
    f.change(30s);
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 10s 10s requested");
    CHECK(f.next() == "30s");
}

TEST_CASE("rule 40: an alarm beyond the end of the clock is never, and shown")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_at(tasks::time_point::max()));
    CHECK(f.loop.trigger_in(std::chrono::nanoseconds::max()));
    f.advance(50s);
    CHECK(f.trace() == "0s 0s");
    CHECK(f.next() == "100s");
    CHECK(f.loop.trigger_at(tasks::time_point::min())); // long past: now
    f.advance(1s);
    CHECK(f.trace() == "51s 51s requested");
}
