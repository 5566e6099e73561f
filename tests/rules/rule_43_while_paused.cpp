// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;

TEST_CASE("rule 43: while paused no slot starts an iteration")
{
    auto const every = GENERATE(tasks::schedule{10s}, tasks::schedule{tasks::day_at(10s, 20s)},
                                tasks::schedule{tasks::fixed_delay(10s)}, tasks::schedule{0s});
    noted_loop f{{.every = every, .initial_delay = 1s}};
    f.start();
    f.loop.pause();
    f.advance(1h);
    CHECK(f.trace() == "");
    CHECK(f.loop.is_running());
}

TEST_CASE("rule 43: iterations in flight go on, with their retries")
{
    noted_loop f{{.every = 10s, .backoff = constant_backoff{3s}, .overlap = 2}};
    f.takes = {25s, 1s};
    f.then = [&](tasks::iteration const& it) {
        f.s.note("end of " + std::to_string(it.number));
        if (it.attempt < 2)
            connection_lost();
    };
    f.start();
    f.advance(10500ms);
    f.loop.pause();
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 11s end of 1, 14s 10s#1, 14s end of 1, 17s 10s#2, 17s end of 1, "
                       "25s end of 0, 28s 0s#1, 28s end of 0, 31s 0s#2, 31s end of 0");
}

TEST_CASE("rule 43: … and with their time-outs and error hooks")
{
    noted_loop f{{.every = 10s, .timeout = 5s, .retries = 0, .on_error = tasks::on_error::next_slot}};
    f.loop.error([&](std::exception_ptr const&) -> task {
        co_await pause(3s);
        f.s.note("error");
    });
    f.takes = {60s};
    f.start();
    f.advance(1s);
    f.loop.pause();
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 8s error");
}

TEST_CASE("rule 43: a run that is started while paused calls its before hook, then waits")
{
    noted_loop f{{.every = 10s}};
    note_hooks(f.s, f.loop);
    f.loop.pause();
    f.start();
    f.advance(60s);
    CHECK(f.trace() == "0s before");
    f.loop.stop();
    f.advance(1s);
    CHECK(f.trace() == "60s after");
}

TEST_CASE("rule 43: requests are served all the same")
{
    noted_loop f{{.every = 10s}};
    f.loop.pause();
    f.start();
    SECTION("trigger()")
    {
        f.advance(5s);
        CHECK(f.loop.trigger());
        f.advance(10s);
        CHECK(f.trace() == "5s 5s requested");
    }
    SECTION("in one step with pause()")
    {
        f.loop.resume();
        f.advance(3s);
        CHECK(f.loop.trigger());
        f.loop.pause();
        f.advance(10s);
        CHECK(f.trace() == "0s 0s, 3s 3s requested");
    }
    SECTION("before the first step: at the end of the before hook")
    {
        CHECK(f.loop.trigger());
        f.advance(10s);
        CHECK(f.trace() == "0s 0s requested");
    }
    SECTION("an alarm")
    {
        CHECK(f.loop.trigger_in(7s));
        f.advance(10s);
        CHECK(f.trace() == "7s 7s requested");
    }
    SECTION("and they count")
    {
        noted_loop g{{.every = 10s, .count = 2}};
        g.loop.pause();
        g.start();
        g.advance(1s);
        CHECK(g.loop.trigger());
        g.advance(1s);
        CHECK(g.loop.trigger());
        g.advance(1s);
        CHECK(!g.loop.is_running());
        CHECK(g.loop.is_paused());
        CHECK(g.trace() == "1s 1s requested, 2s 2s requested");
    }
}

TEST_CASE("rule 43: a request during the jitter of a slot that a pause has dropped is served by its own")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{5s}}};
    f.start();
    f.advance(12s);
    f.loop.pause();
    CHECK(f.loop.trigger());
    f.advance(1s);
    f.loop.resume();
    f.advance(13s);
    CHECK(f.trace() == "0s 0s, 12s 12s requested, 25s 20s");
    CHECK(f.slots() == "0s ran, 12s requested, 10s missed(paused), 20s ran");
}

TEST_CASE("rule 43: an overdue slot does not serve a request while the loop is paused")
{
    noted_loop f{{.every = 10s}};
    f.takes = {15s};
    f.start();
    f.advance(12s);
    f.loop.pause();
    CHECK(f.loop.trigger());
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 15s 12s requested");
}

TEST_CASE("rule 43: the loop pauses itself, in its body and in its hooks")
{
    noted_loop f{{.every = 10s}};
    SECTION("in the body")
    {
        f.first = [&](tasks::iteration const& it) {
            if (it.number == 1)
                f.loop.pause();
        };
        f.start();
        f.advance(60s);
        CHECK(f.trace() == "0s 0s, 10s 10s");
    }
    SECTION("in the before hook")
    {
        f.loop.before_loop([&] { f.loop.pause(); });
        f.start();
        f.advance(60s);
        CHECK(f.trace() == "");
        CHECK(f.loop.is_running());
    }
}

TEST_CASE("rule 43: a direct call is not concerned")
{
    noted_loop f{{.every = 10s}};
    f.loop.pause();
    f.start();
    f.advance(5s);
    asio::co_spawn(f.s.io, f.loop(), asio::detached);
    f.advance(1s);
    CHECK(f.trace() == "5s 5s");
}
