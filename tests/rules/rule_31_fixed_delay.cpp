// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;
using tasks::fixed_delay;
using tasks::missed;

TEST_CASE("rule 31: the slot is the end of the last iteration and the delay")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {3s, 0s, 20s};
    f.start();
    f.advance(40s);
    CHECK(f.trace() == "0s 0s, 8s 8s, 13s 13s, 38s 38s");
    CHECK(f.slots() == "0s ran, 8s ran, 13s ran, 38s ran");
}

TEST_CASE("rule 31: the first slot is the moment from which the run asks")
{
    noted_loop f{{.every = fixed_delay(5s), .initial_delay = 7s}};
    f.loop.before_loop([] { return pause(2s); });
    f.start();
    f.advance(5s);
    CHECK(f.next() == "9s");
    f.advance(10s);
    CHECK(f.trace() == "9s 9s, 14s 14s");
}

TEST_CASE("rule 31: the retries belong to the iteration")
{
    noted_loop f{{.every = fixed_delay(5s), .backoff = constant_backoff{10s}}};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0 && it.attempt < 2)
            connection_lost();
    };
    f.takes = {1s, 1s, 1s};
    f.start();
    f.advance(30s);
    CHECK(f.trace() == "0s 0s, 11s 0s#1, 22s 0s#2, 28s 28s");
}

TEST_CASE("rule 31: the error hook under next_slot belongs to the iteration")
{
    noted_loop f{{.every = fixed_delay(5s), .on_error = tasks::on_error::next_slot}};
    std::string next;
    f.loop.error([&](std::exception_ptr const&) -> task {
        next = f.next();
        co_await pause(10s);
        next += " " + f.next();
    });
    f.takes = {1s};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0)
            throw std::runtime_error{"boom"};
    };
    f.start();
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 16s 16s");
    CHECK(next == "none none");
}

TEST_CASE("rule 31: a requested iteration counts, too")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {2s, 1s};
    f.start();
    f.advance(4s);
    CHECK(f.next() == "7s");
    CHECK(f.loop.trigger());
    f.advance(500ms);
    CHECK(f.next() == "none");
    f.advance(1s);
    CHECK(f.next() == "10s");
    f.advance(5s);
    CHECK(f.trace() == "0s 0s, 4s 4s requested, 10s 10s");
    CHECK(f.slots() == "0s ran, 4s requested, 10s ran");
}

TEST_CASE("rule 31: a request while the slot comes due is served by a later slot's iteration or by its own")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {2s, 10s};
    f.start();
    f.advance(4s);
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.loop.trigger()); // during the requested iteration, which ends at 14 s
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 4s 4s requested, 14s 5s requested, 19s 19s, 24s 24s");
}

TEST_CASE("rule 31: nothing is ever overdue, whatever the policy")
{
    for (auto const policy :
         {missed::coalesce, missed::skip, missed::catch_up(1), missed::delay, missed::forbid}) {
        noted_loop f{{.every = fixed_delay(5s), .missed = policy, .grace = 1ms}};
        f.takes = {3s};
        f.start();
        f.advance(4s);
        f.s.time.suspend(60s);
        f.advance(5s);
        CHECK(f.trace() == "0s 0s, 64s 8s, 69s 69s");
        CHECK(f.slots() == "0s ran, 8s ran, 69s ran");
    }
}

TEST_CASE("rule 31: the end of the run decides nothing")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {20s};
    f.start();
    f.advance(GENERATE(10s, 23s)); // in the body, and in the wait
    f.loop.stop();
    f.advance(20s);
    CHECK(f.slots() == "0s ran");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 31: the delay is measured by the steady clock")
{
    noted_loop f{{.every = fixed_delay(10s)}};
    f.start();
    f.advance(5s);
    f.s.time.step_wall_clock(1h);
    f.advance(5s - 1ns);
    CHECK(f.trace() == "0s 0s");
    f.advance(1ns);
    CHECK(f.trace() == "10s 3610s");
}

TEST_CASE("rule 31: a delay of 0 is the interval 0")
{
    noted_loop f{{.every = fixed_delay(0s), .count = 3}};
    std::string next;
    f.takes = {2s, 2s};
    f.first = [&](tasks::iteration const&) { next += f.next() + " "; };
    f.start();
    f.advance(1s);
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 2s 2s, 4s 4s");
    CHECK(next == "0s 2s none "); // the last start, as rule 7 says
    CHECK(tasks::schedule{fixed_delay(0s)}.is_interval());

    noted_loop beside{{.every = fixed_delay(0s), .count = 1, .overlap = 2}};
    CHECK_THROWS_AS(
        (tasks::loop<>{beside.s.io, {.every = fixed_delay(0s), .overlap = tasks::unlimited}, [] {}}),
        tasks::bad_option);
}

TEST_CASE("rule 31: a delay of 0 yields to the executor, as rule 14 says")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = fixed_delay(0s), .count = 2}, [&] { s.note("body"); }};
    loop.start();
    asio::post(s.io, [&] { s.note("another"); });
    s.time.run_until_idle();
    CHECK(s.trace() == "0s body, 0s another, 0s body");
}

TEST_CASE("rule 31: overlap other than 1 is refused, at construction and in change_interval")
{
    asio::io_context io;
    CHECK_THROWS_AS((tasks::loop<>{io, {.every = fixed_delay(5s), .overlap = 2}, [] {}}), tasks::bad_option);
    CHECK_THROWS_AS((tasks::loop<>{io, {.every = fixed_delay(1ns), .overlap = tasks::unlimited}, [] {}}),
                    tasks::bad_option);
    tasks::loop<> const fine{io, {.every = fixed_delay(5s), .overlap = 1}, [] {}};

    noted_loop f{{.every = 10s, .overlap = 2}};
    f.start();
    f.advance(5s);
    CHECK_THROWS_AS(f.loop.change_interval(fixed_delay(5s)), tasks::bad_option);
    CHECK(f.loop.every().interval() == 10s);
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 10s 10s");
}

TEST_CASE("rule 31: next_iteration() is nothing during a body and a back-off, and the slot in between")
{
    noted_loop f{{.every = fixed_delay(5s), .backoff = constant_backoff{10s}}};
    f.takes = {2s, 2s};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0 && it.attempt == 0)
            connection_lost();
    };
    f.start();
    f.advance(1s);
    CHECK(f.next() == "none");
    f.advance(6s); // in the back-off
    CHECK(f.next() == "none");
    f.advance(6s); // in the retry
    CHECK(f.next() == "none");
    f.advance(2s);
    CHECK(f.next() == "19s");
}

TEST_CASE("rule 31: change_interval to a fixed delay while the loop waits: the last end and the delay")
{
    noted_loop f{{.every = 100s}};
    f.takes = {3s};
    f.start();
    f.advance(10s);
    SECTION("ahead")
    {
        f.change(fixed_delay(20s));
        CHECK(f.next() == "23s");
        f.advance(33s);
        CHECK(f.trace() == "0s 0s, 23s 23s, 43s 43s");
    }
    SECTION("exactly now")
    {
        f.change(fixed_delay(7s));
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 10s 10s, 17s 17s");
    }
    SECTION("past: the moment of the change")
    {
        f.change(fixed_delay(5s));
        f.advance(6s);
        CHECK(f.trace() == "0s 0s, 10s 10s, 15s 15s");
    }
    SECTION("from one to another")
    {
        f.change(fixed_delay(20s));
        f.advance(2s);
        f.change(fixed_delay(30s));
        CHECK(f.next() == "33s");
    }
    SECTION("from one to another that is past")
    {
        f.change(fixed_delay(20s));
        f.advance(2s);
        f.change(fixed_delay(4s));
        f.advance(5s);
        CHECK(f.trace() == "0s 0s, 12s 12s, 16s 16s");
    }
}

TEST_CASE("rule 31: … during a body: the end of that body and the delay")
{
    noted_loop f{{.every = 100s, .backoff = constant_backoff{10s}}};
    f.takes = {30s};
    f.start();
    f.advance(10s);
    SECTION("a body")
    {
        f.change(fixed_delay(5s));
        CHECK(f.next() == "none");
        f.advance(31s);
        CHECK(f.trace() == "0s 0s, 35s 35s, 40s 40s");
    }
    SECTION("a back-off")
    {
        f.takes = {};
        f.then = [](tasks::iteration const& it) {
            if (it.attempt == 0)
                connection_lost();
        };
        f.advance(25s);
        f.change(fixed_delay(5s));
        CHECK(f.next() == "none");
        f.then = nullptr;
        f.advance(11s);
        CHECK(f.trace() == "0s 0s, 40s 0s#1, 45s 45s");
    }
    SECTION("from one fixed delay to another")
    {
        f.change(fixed_delay(5s));
        f.change(fixed_delay(8s));
        f.advance(30s);
        CHECK(f.trace() == "0s 0s, 38s 38s");
    }
}

TEST_CASE("rule 31: … with overdue slots, which are missed")
{
    noted_loop f{{.every = 10s}};
    f.takes = {30s};
    f.start();
    f.advance(25s);
    f.loop.change_interval(fixed_delay(4s));
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 34s 34s");
    CHECK(f.slots() == "0s ran, 10s missed(rescheduled), 20s missed(rescheduled), 34s ran");
}

TEST_CASE("rule 31: the end counts of an iteration under the former schedule, of instants, too")
{
    noted_loop f{{.every = tasks::day_at(10s, 10h)}};
    f.takes = {7s};
    f.start();
    f.advance(20s);
    f.change(fixed_delay(8s));
    CHECK(f.next() == "25s");
    f.advance(5s);
    CHECK(f.trace() == "10s 10s, 25s 25s");
}

TEST_CASE("rule 31: back to an interval: it counts from the last slot served")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {3s, 3s};
    f.start();
    f.advance(12s); // slots 0 and 8
    SECTION("ahead")
    {
        f.change(10s);
        f.advance(17s);
        CHECK(f.trace() == "0s 0s, 8s 8s, 18s 18s, 28s 28s");
    }
    SECTION("past")
    {
        f.change(2s);
        f.advance(3s);
        CHECK(f.trace() == "0s 0s, 8s 8s, 12s 12s, 14s 14s");
    }
    SECTION("not from a requested iteration")
    {
        CHECK(f.loop.trigger());
        f.advance(1s);
        f.change(10s);
        f.advance(6s);
        CHECK(f.trace() == "0s 0s, 8s 8s, 12s 12s requested, 18s 18s");
    }
}

TEST_CASE("rule 31: a request does not cut the initial delay")
{
    noted_loop f{{.every = fixed_delay(5s), .initial_delay = 20s}};
    f.start();
    SECTION("the moment is later than the end and the delay")
    {
        f.takes = {1s};
        f.advance(4s);
        CHECK(f.loop.trigger());
        f.advance(2s);
        CHECK(f.next() == "20s");
        f.advance(20s);
        CHECK(f.trace() == "4s 4s requested, 20s 20s, 25s 25s");
    }
    SECTION("the end and the delay are later")
    {
        f.takes = {1s};
        f.advance(16s);
        CHECK(f.loop.trigger());
        f.advance(2s);
        CHECK(f.next() == "22s");
        f.advance(10s);
        CHECK(f.trace() == "16s 16s requested, 22s 22s, 27s 27s");
    }
    SECTION("the request's iteration is still in progress at that moment")
    {
        f.takes = {10s};
        f.advance(16s);
        CHECK(f.loop.trigger());
        f.advance(16s);
        CHECK(f.trace() == "16s 16s requested, 31s 31s");
    }
    SECTION("nor does a change")
    {
        f.advance(4s);
        f.change(fixed_delay(1s));
        CHECK(f.loop.trigger());
        f.advance(1s);
        f.change(fixed_delay(2s));
        CHECK(f.next() == "20s");
    }
}

TEST_CASE("rule 31: each run begins anew")
{
    noted_loop f{{.every = fixed_delay(5s), .count = 2}};
    f.start();
    f.advance(7s);
    f.start();
    f.advance(7s);
    CHECK(f.trace() == "0s 0s, 5s 5s, 7s 7s, 12s 12s");
}

TEST_CASE("rule 31: a delay beyond the end of the clock is for ever")
{
    noted_loop f{{.every = fixed_delay(std::chrono::nanoseconds::max())}};
    f.start();
    f.advance(24h * 365);
    CHECK(f.trace() == "0s 0s");
    f.change(fixed_delay(1s));
    f.advance(1s);
    CHECK(f.trace() ==
          text(24h * 365) + " " + text(24h * 365) + ", " + text(24h * 365 + 1s) + " " + text(24h * 365 + 1s));
}

TEST_CASE("rule 31: an iteration that fails under end_run ends the run, and one that was skipped counts")
{
    noted_loop f{{.every = fixed_delay(5s)}};
    f.takes = {2s, 2s};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0)
            throw tasks::skipped{};
    };
    f.start();
    f.advance(8s);
    CHECK(f.trace() == "0s 0s, 7s 7s");
}

TEST_CASE("rule 31: an iteration that was timed out counts from its end, which may be later")
{
    noted_loop f{
        {.every = fixed_delay(5s), .timeout = 3s, .retries = 0, .on_error = tasks::on_error::next_slot}};
    f.loop.error([](std::exception_ptr const&) {});
    f.takes = {60s};
    f.start();
    f.advance(9s);
    CHECK(f.trace() == "0s 0s, 8s 8s");
}

TEST_CASE("rule 31: an alarm that is served moves the slot")
{
    noted_loop f{{.every = fixed_delay(10s)}};
    f.takes = {0s, 1s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger_in(6s));
    CHECK(f.next() == "7s");
    f.advance(8s);
    CHECK(f.next() == "18s");
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 7s 7s requested, 18s 18s");
}
