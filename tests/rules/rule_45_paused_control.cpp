// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/noted_loop.hpp"
#include "support/run_log.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;

TEST_CASE("rule 45: next_iteration() while paused shows the alarm, if any, else nothing")
{
    noted_loop f{{.every = 10s}};
    f.loop.before_loop([] { return pause(1s); });
    f.takes = {3s};
    f.loop.pause();
    CHECK(f.next() == "none");
    f.start();
    CHECK(f.loop.trigger_in(50s));
    CHECK(f.next() == "50s");
    f.advance(2s);
    CHECK(f.next() == "50s"); // past the first slot
    f.loop.resume();
    CHECK(f.next() == "11s");
    f.advance(10s); // in the body
    CHECK(f.next() == "21s");
    f.loop.pause();
    CHECK(f.next() == "50s");
    CHECK(f.loop.trigger_in(0s));
    CHECK(f.next() == "none");
    f.advance(5s);
    CHECK(f.next() == "none");
    f.loop.resume();
    CHECK(f.next() == "21s");
}

TEST_CASE("rule 45: … of a fixed delay and of interval 0, too")
{
    auto const every = GENERATE(tasks::schedule{tasks::fixed_delay(10s)}, tasks::schedule{0s},
                                tasks::schedule{tasks::on_trigger}, tasks::schedule{tasks::day_at(1h)});
    noted_loop f{{.every = every}};
    f.takes = {1s};
    f.start();
    f.advance(500ms);
    f.loop.pause();
    CHECK(f.next() == "none");
    f.advance(2s);
    CHECK(f.next() == "none");
    CHECK(f.loop.trigger_in(5s));
    CHECK(f.next() == "7500ms");
    f.loop.stop();
    CHECK(f.next() == "none");
    f.advance(1s);
}

TEST_CASE("rule 45: stop and cancel work as in a sleep")
{
    virtual_context s;
    run_log log{s};
    auto const cancels = GENERATE(false, true);
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    loop.observe(log).after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(5s);
    loop.pause();
    s.time.advance(30s);
    cancels ? loop.cancel() : loop.stop();
    CHECK(loop.is_being_cancelled() == cancels);
    s.time.run_until_idle();
    CHECK(s.trace() ==
          std::string{"0s run, 0s body, 35s after, 35s ended("} + (cancels ? "cancelled)" : "completed)"));
    CHECK(loop.is_paused());
}

TEST_CASE("rule 45: restart works as in a sleep, and the new run is paused")
{
    noted_loop f{{.every = 10s}};
    note_hooks(f.s, f.loop);
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.advance(2s);
    f.loop.restart();
    f.advance(5s);
    CHECK(f.trace() == "0s before, 0s 0s, 7s after, 7s before");
    f.loop.resume();
    f.advance(6s);
    CHECK(f.trace() == "17s 17s");
    CHECK(f.slots() == "0s ran, 7s missed(paused), 17s ran");
}

TEST_CASE("rule 45: change_interval works as in a sleep, and leaves the loop paused")
{
    noted_loop f{{.every = 100s}};
    f.start();
    f.advance(5s);
    f.loop.pause();
    f.change(30s);
    CHECK(f.loop.is_paused());
    CHECK(f.next() == "none");
    SECTION("an interval counts from the last slot served")
    {
        f.advance(10s);
        f.loop.resume();
        CHECK(f.next() == "30s");
        f.advance(20s);
        CHECK(f.trace() == "0s 0s, 30s 30s");
    }
    SECTION("no slot starts")
    {
        f.advance(10min);
        CHECK(f.trace() == "0s 0s");
    }
    SECTION("to instants: strictly after now")
    {
        f.change(tasks::day_at(3s, 5s, 9s));
        f.loop.resume();
        CHECK(f.next() == "9s");
    }
    SECTION("an error changes nothing")
    {
        CHECK_THROWS_AS(f.loop.change_interval(-1s), tasks::bad_option);
        CHECK(f.loop.is_paused());
        f.loop.resume();
        CHECK(f.next() == "30s");
    }
    f.loop.stop();
    f.advance(1s);
}

TEST_CASE("rule 45: a paused loop may be destroyed")
{
    virtual_context s;
    {
        tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
        loop.start();
        s.time.advance(5s);
        loop.pause();
        s.time.advance(20s);
    }
    s.time.advance(20s);
    CHECK(s.trace() == "0s body");
}
