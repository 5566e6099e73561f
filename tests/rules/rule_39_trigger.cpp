// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;
using tasks::missed;

TEST_CASE("rule 39: a request is served by an iteration of its own if no slot makes one start")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(3s);
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 3s 3s requested, 10s 10s, 20s 20s");
    CHECK(f.slots() == "0s ran, 3s requested, 10s ran, 20s ran");
}

TEST_CASE("rule 39: a burst is one iteration")
{
    noted_loop f{{.every = 10s}};
    f.takes = {0s, 2s};
    f.start();
    f.advance(3s);
    for (int i = 0; i < 5; ++i)
        CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == "0s 0s, 3s 3s requested");
    for (int i = 0; i < 5; ++i) {
        CHECK(f.loop.trigger()); // during that iteration
        f.advance(100ms);
    }
    f.advance(5s);
    CHECK(f.trace() == "5s 4s requested");
}

TEST_CASE("rule 39: what starts is decided at the loop's next step, not in the call")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(3s);
    static_cast<void>(f.trace());
    SECTION("nothing runs in the call")
    {
        CHECK(f.loop.trigger());
        CHECK(f.trace() == "");
        CHECK(f.loop.current_loop() == 0);
        f.s.time.run_until_idle();
        CHECK(f.trace() == "3s 3s requested");
        CHECK(f.loop.current_loop() == 1);
    }
    SECTION("stop, or cancel, in the same step")
    {
        CHECK(f.loop.trigger());
        GENERATE(false, true) ? f.loop.stop() : f.loop.cancel();
        f.advance(30s);
        CHECK(f.trace() == "");
        CHECK(!f.loop.is_running());
    }
    SECTION("a slot that is due by then")
    {
        CHECK(f.loop.trigger());
        f.s.time.suspend(7s);
        f.advance(1s);
        CHECK(f.trace() == "10s 10s");
        CHECK(f.slots() == "0s ran, 10s ran");
    }
    SECTION("a change of the schedule to a slot now")
    {
        CHECK(f.loop.trigger());
        f.change(2s);
        f.advance(3s);
        CHECK(f.trace() == "3s 3s, 5s 5s");
    }
}

TEST_CASE("rule 39: a request at the moment of a slot is served by the slot")
{
    noted_loop f{{.every = 10s}};
    f.start();
    f.advance(1s);
    asio::co_spawn(
        f.s.io,
        [&]() -> task {
            co_await pause(9s);
            CHECK(f.loop.trigger());
        },
        asio::detached);
    f.advance(12s);
    auto const all = f.trace();
    // The order of the two at that moment is not specified.
    CHECK((all == "0s 0s, 10s 10s" || all == "0s 0s, 10s 10s, 10s 10s requested"));
}

TEST_CASE("rule 39: a request while all places are taken leads to one more whole iteration afterwards")
{
    noted_loop f{{.every = 100s}};
    f.takes = {10s};
    f.start();
    f.advance(4s);
    CHECK(f.loop.trigger());
    f.advance(3s);
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 10s 4s requested"); // the moment of the earliest
}

TEST_CASE("rule 39: a retry is no new iteration")
{
    noted_loop f{{.every = 100s, .backoff = constant_backoff{5s}}};
    f.then = [&](tasks::iteration const& it) {
        if (it.number == 0 && it.attempt == 0)
            connection_lost();
    };
    f.takes = {0s, 3s};
    f.start();
    f.advance(2s); // in the back-off
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 5s 0s#1, 8s 2s requested");
}

TEST_CASE("rule 39: if rule 12 gives an iteration for overdue slots, that serves it")
{
    auto const play = [](missed policy) {
        noted_loop f{{.every = 10s, .missed = policy}};
        f.takes = {25s};
        f.start();
        f.advance(12s);
        CHECK(f.loop.trigger());
        f.advance(17s);
        auto const all = f.trace();
        static_cast<void>(f.ledger.take_faults()); // of delay, whose grid begins anew
        return all;
    };
    CHECK(play(missed::coalesce) == "0s 0s, 25s 20s");
    CHECK(play(missed::delay) == "0s 0s, 25s 25s");
    CHECK(play(missed::catch_up(5)) == "0s 0s, 25s 10s, 25s 20s");
    CHECK(play(missed::catch_up(tasks::unlimited)) == "0s 0s, 25s 10s, 25s 20s");
    CHECK(play(missed::skip) == "0s 0s, 25s 12s requested");
    CHECK(play(missed::forbid) == "0s 0s, 25s 12s requested");
}

TEST_CASE("rule 39: … also a single overdue one")
{
    noted_loop f{{.every = 10s, .missed = missed::skip}};
    f.takes = {15s};
    f.start();
    f.advance(12s);
    CHECK(f.loop.trigger());
    f.advance(7s);
    CHECK(f.trace() == "0s 0s, 15s 10s");
}

TEST_CASE("rule 39: its number is the next one, it counts for count, and says that it was requested")
{
    noted_loop f{{.every = 10s, .count = 3}};
    std::string seen;
    f.first = [&](tasks::iteration const& it) {
        seen += std::to_string(it.number) + (it.cause == tasks::cause::requested ? "r" : "s") +
                std::to_string(it.coalesced) + " ";
    };
    f.takes = {5s};
    f.start();
    f.advance(3s);
    CHECK(f.loop.trigger());
    f.advance(3s);
    CHECK(f.loop.current_loop() == 1);
    f.advance(20s);
    CHECK(seen == "0s0 1r0 2s0 ");
    CHECK(f.trace() == "0s 0s, 5s 3s requested, 10s 10s");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 39: its slot is the moment of the request, and the lateness counts from there")
{
    noted_loop f{{.every = 100s}};
    f.takes = {10s};
    std::chrono::nanoseconds late{0};
    f.first = [&](tasks::iteration const& it) { late = it.lateness; };
    f.start();
    f.advance(4s);
    CHECK(f.loop.trigger());
    f.advance(3s);
    f.s.time.step_wall_clock(1h); // the moment is kept on the steady clock
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 10s 3604s requested");
    CHECK(late == 6s);
}

TEST_CASE("rule 39: it goes through retries, time-out and error hook like any other")
{
    noted_loop f{{.every = tasks::on_trigger,
                  .backoff = constant_backoff{1s},
                  .timeout = 5s,
                  .retries = 2,
                  .on_error = tasks::on_error::next_slot}};
    f.loop.error([&](std::exception_ptr const& e) {
        f.s.note(tasks::what(e).find("timeout") != std::string::npos ? "timed out" : "?");
    });
    f.takes = {0s, 60s, 60s};
    f.then = [](tasks::iteration const&) { connection_lost(); };
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger());
    f.advance(20s);
    CHECK(f.trace() == "1s 1s requested, 2s 1s requested#1, 8s 1s requested#2, 13s timed out");
}

TEST_CASE(
    "rule 39: it serves no slot: the grid goes on, and slots that come due meanwhile are decided afterwards")
{
    noted_loop f{{.every = 10s}};
    f.takes = {0s, 4s, 0s, 15s};
    f.start();
    f.advance(8s);
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.next() == "10s");
    f.advance(2s);
    CHECK(f.next() == "10s"); // past
    f.advance(6s);
    CHECK(f.trace() == "0s 0s, 8s 8s requested, 12s 10s");
    CHECK(f.loop.trigger()); // at 17 s, until 32 s
    f.advance(20s);
    CHECK(f.trace() == "17s 17s requested, 32s 30s");
    CHECK(f.slots() == "0s ran, 8s requested, 10s ran, 17s requested, 20s coalesced, 30s ran");
}

TEST_CASE("rule 39: but a fixed delay and the interval 0 count from its end")
{
    noted_loop f{{.every = tasks::fixed_delay(10s)}};
    f.takes = {0s, 2s};
    f.start();
    f.advance(8s);
    CHECK(f.loop.trigger());
    f.advance(15s);
    CHECK(f.trace() == "0s 0s, 8s 8s requested, 20s 20s");

    noted_loop g{{.every = 0s, .count = 3}};
    g.takes = {2s, 2s, 2s};
    g.start();
    g.advance(1s);
    CHECK(g.loop.trigger());
    g.advance(10s);
    CHECK(g.trace() == "0s 0s, 2s 2s, 4s 4s"); // the next iteration serves it
}

TEST_CASE("rule 39: with overlap it starts beside the others while a place is free")
{
    noted_loop f{{.every = 100s, .overlap = 2}};
    f.takes = {20s, 5s};
    f.start();
    f.advance(2s);
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == "0s 0s, 2s 2s requested");
    CHECK(f.loop.trigger()); // no place is free until 7 s
    f.advance(10s);
    CHECK(f.trace() == "7s 3s requested");
}

TEST_CASE("rule 39: with overlap a slot that starts first serves it, and no other")
{
    noted_loop f{{.every = 10s, .overlap = 2}};
    f.takes = {25s, 15s};
    f.start();
    f.advance(12s);
    CHECK(f.loop.trigger()); // both are in flight until 25 s, when 20 s is overdue
    f.advance(17s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 25s 20s");
}

TEST_CASE("rule 39: trigger() returns whether the request was taken")
{
    noted_loop f{{.every = 10s, .count = 2, .backoff = constant_backoff{2s}}};
    f.loop.before_loop([&]() -> task {
        CHECK(f.loop.trigger());
        co_await pause(1s);
    });
    f.loop.after_loop([&] { CHECK_FALSE(f.loop.trigger()); });
    f.then = [&](tasks::iteration const& it) {
        if (it.number == 0 && it.attempt == 0)
            connection_lost();
        if (it.number == 1)
            CHECK_FALSE(f.loop.trigger()); // in the last counted iteration
    };
    f.takes = {0s, 1s, 1s};
    CHECK_FALSE(f.loop.trigger()); // idle
    f.start();
    CHECK(f.loop.trigger()); // before the first step
    f.advance(500ms);
    CHECK(f.loop.trigger()); // in the before hook
    f.advance(1s);
    CHECK(f.loop.trigger()); // in the back-off
    f.advance(2s);
    CHECK(f.loop.trigger()); // in the body
    f.advance(1s);           // iteration 1, which was requested, is the last
    CHECK_FALSE(f.loop.trigger());
    f.advance(10s);
    CHECK_FALSE(f.loop.trigger());
    CHECK(f.trace() == "1s 1s, 3s 1s#1, 4s 1500ms requested");
}

TEST_CASE("rule 39: … not once the run is stopped, cancelled or failed")
{
    captured_log const log;
    noted_loop f{{.every = 10s, .overlap = 2}};
    f.takes = {30s, 2s};
    f.loop.error([&](std::exception_ptr const&) -> task {
        CHECK_FALSE(f.loop.trigger());
        co_await pause(1s);
    });
    SECTION("stopped")
    {
        f.start();
        f.advance(5s);
        f.loop.stop();
        CHECK_FALSE(f.loop.trigger());
    }
    SECTION("cancelled")
    {
        f.start();
        f.advance(5s);
        f.loop.cancel();
        CHECK_FALSE(f.loop.trigger());
    }
    SECTION("cancelled in order to restart")
    {
        f.start();
        f.advance(5s);
        f.loop.restart();
        CHECK_FALSE(f.loop.trigger());
        f.advance(1s);
        CHECK(f.loop.trigger()); // in the new run
        f.loop.cancel();
    }
    SECTION("stopped before the first step")
    {
        f.start();
        f.loop.stop();
        CHECK_FALSE(f.loop.trigger());
    }
    SECTION("failed, with another one in flight")
    {
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        f.start();
        f.advance(15s);
        CHECK(f.loop.failed());
        CHECK(f.loop.is_running());
        CHECK_FALSE(f.loop.trigger());
    }
    f.advance(60s);
    CHECK(f.trace().find("requested") == std::string::npos);
}

TEST_CASE(
    "rule 39: before the first step and in the before hook it is kept, and served by the first iteration")
{
    noted_loop f{{.every = 10s}};
    f.loop.before_loop([] { return pause(3s); });
    f.start();
    if (GENERATE(false, true))
        f.advance(1s);
    CHECK(f.loop.trigger());
    f.advance(15s - f.s.time.elapsed());
    CHECK(f.trace() == "3s 3s, 13s 13s");
}

TEST_CASE("rule 39: … at the latest at the end of the before hook, and not at the moment of the first slot")
{
    noted_loop f{{.every = 10s, .initial_delay = 20s}};
    f.loop.before_loop([] { return pause(3s); });
    f.start();
    SECTION("before the first step")
    {
        CHECK(f.loop.trigger());
        f.advance(25s);
        CHECK(f.trace() == "3s 0s requested, 23s 23s");
    }
    SECTION("in the before hook")
    {
        f.advance(1s);
        CHECK(f.loop.trigger());
        f.advance(24s);
        CHECK(f.trace() == "3s 1s requested, 23s 23s");
    }
    SECTION("in the initial delay")
    {
        f.advance(10s);
        CHECK(f.loop.trigger());
        f.advance(15s);
        CHECK(f.trace() == "10s 10s requested, 23s 23s");
    }
}

TEST_CASE("rule 39: … of instants likewise")
{
    noted_loop f{{.every = tasks::day_at(1h)}};
    f.start();
    CHECK(f.loop.trigger());
    f.advance(2h);
    CHECK(f.trace() == "0s 0s requested, 3600s 3600s");
}

TEST_CASE("rule 39: a request of the body itself is served by one more")
{
    noted_loop f{{.every = 100s}};
    f.first = [&](tasks::iteration const& it) {
        if (it.number < 2)
            CHECK(f.loop.trigger());
    };
    f.takes = {1s, 1s, 1s};
    f.start();
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 0s requested, 2s 1s requested");
}

TEST_CASE("rule 39: a run that fails or is cancelled takes its requests along")
{
    captured_log const log;
    noted_loop f{{.every = 100s}};
    f.takes = {5s};
    f.start();
    f.advance(1s);
    CHECK(f.loop.trigger());
    SECTION("a failure")
    {
        f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
        f.advance(20s);
        CHECK(f.loop.failed());
    }
    SECTION("a restart")
    {
        f.loop.restart();
        f.advance(20s);
        CHECK(f.loop.is_running());
    }
    CHECK(f.trace().find("requested") == std::string::npos);
}

TEST_CASE("rule 39: a direct call neither serves it nor takes its place")
{
    noted_loop f{{.every = 100s}};
    f.takes = {1s, 10s};
    f.start();
    f.advance(2s);
    asio::co_spawn(f.s.io, f.loop(), asio::detached);
    f.advance(1s);
    CHECK(f.loop.trigger());
    f.advance(1s);
    CHECK(f.trace() == "0s 0s, 2s 2s, 3s 3s requested");
}

TEST_CASE("rule 39: it can be called from another loop and from hooks")
{
    noted_loop f{{.every = 100s}};
    f.loop.before_loop([&] { CHECK(f.loop.trigger()); });
    f.start();
    tasks::loop<> other{f.s.io, {.every = 7s, .count = 2}, [&] { f.loop.trigger(); }};
    f.advance(1s);
    other.start();
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 1s 1s requested, 8s 8s requested");
}

TEST_CASE("rule 39: an observer that is told of a decision may ask for another iteration")
{
    struct asks_once {
        tasks::loop<>* loop = nullptr;
        int asked = 0;
        void on_slot(tasks::slot_decided const& e)
        {
            if (e.what == tasks::decision::ran && asked++ == 0)
                CHECK(loop->trigger()); // after the decision, so that the iteration does not serve it
        }
    };
    virtual_context s;
    asks_once observer;
    tasks::loop<> loop{s.io, 10s, [&](tasks::iteration const& it) { s.note(s.when(it.slot)); }};
    observer.loop = &loop;
    loop.observe(observer);
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s 0s, 0s 0s");
}

TEST_CASE("rule 39: a loop that nobody watches serves requests in the same way")
{
    virtual_context s;
    auto const policy =
        GENERATE(as<missed>{}, missed::coalesce, missed::catch_up(tasks::unlimited), missed::forbid);
    int bodies = 0;
    tasks::loop<> loop{s.io, {.every = 10s, .missed = policy}, [&]() -> task {
                           s.note("body");
                           bool const first = bodies++ == 0;
                           co_await pause(first ? 25s : 0s);
                       }};
    loop.start();
    s.time.advance(5s);
    CHECK(loop.trigger());
    s.time.advance(28s);
    CHECK(loop.trigger());
    s.time.advance(1s);
    CHECK(s.trace() == (policy == missed::catch_up(tasks::unlimited)
                            ? "0s body, 25s body, 25s body, 30s body, 33s body"
                            : "0s body, 25s body, 30s body, 33s body"));
}
