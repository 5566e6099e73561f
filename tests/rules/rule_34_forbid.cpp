// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

using namespace test;
using tasks::missed;

namespace {

tasks::options forbidding(tasks::schedule every, tasks::overlap overlap = {})
{
    return {.every = std::move(every), .missed = missed::forbid, .overlap = overlap};
}

} // namespace

TEST_CASE("rule 34: a slot that comes due while no place is free is missed, even if it is the only one")
{
    noted_loop f{forbidding(10s)};
    f.takes = {10s + 1ns, 25s};
    f.start();
    f.advance(55s);
    CHECK(f.trace() == "0s 0s, 20s 20s, 50s 50s");
    CHECK(f.slots() == "0s ran, 10s missed(busy), 20s ran, 30s missed(busy), 40s missed(busy), 50s ran");
}

TEST_CASE("rule 34: not one that comes due at the very moment at which a place gets free")
{
    noted_loop f{forbidding(10s)};
    f.takes = {10s, 20s};
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 30s 30s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(busy), 30s ran");
}

TEST_CASE("rule 34: that is decided when a place gets free")
{
    noted_loop f{forbidding(10s)};
    f.takes = {25s};
    f.start();
    f.advance(24s);
    CHECK(f.slots() == "0s ran");
    CHECK(f.next() == "10s"); // not decided yet
    f.advance(1s);
    CHECK(f.slots() == "10s missed(busy), 20s missed(busy)");
    CHECK(f.next() == "30s");
}

TEST_CASE("rule 34: what the end of the run, a pause or a change decides before keeps its own cause")
{
    noted_loop f{forbidding(10s)};
    f.takes = {25s};
    f.start();
    f.advance(14s);
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(20s);
        CHECK(f.slots() == "0s ran, 10s missed(ended), 20s missed(ended)");
    }
    SECTION("pause")
    {
        f.loop.pause();
        f.loop.resume();
        f.advance(17s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(busy), 30s ran");
    }
    SECTION("a pause until after the body")
    {
        f.loop.pause();
        f.advance(13s);
        f.loop.resume();
        f.advance(4s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s missed(paused), 30s ran");
    }
    SECTION("change_interval")
    {
        f.loop.change_interval(12s);
        f.advance(23s);
        CHECK(f.slots() == "0s ran, 10s missed(rescheduled), 14s missed(busy), 26s ran");
        static_cast<void>(f.ledger.take_faults()); // the books know one grid only
    }
}

TEST_CASE("rule 34: … and so does a failure")
{
    captured_log const log;
    noted_loop f{forbidding(10s)};
    f.takes = {15s};
    f.then = [](tasks::iteration const&) { throw std::runtime_error{"boom"}; };
    f.start();
    f.advance(20s);
    CHECK(f.slots() == "0s ran, 10s missed(ended)");
}

TEST_CASE("rule 34: a direct call takes no place")
{
    noted_loop f{forbidding(10s)};
    f.takes = {0s, 30s};
    f.start();
    f.advance(5s);
    asio::co_spawn(f.s.io, f.loop(), asio::detached);
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 5s 5s, 10s 10s, 20s 20s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s ran");
}

TEST_CASE("rule 34: slots that came due while a place was free are decided as under coalesce")
{
    noted_loop f{forbidding(10s)};
    f.start();
    f.advance(5s);
    SECTION("a late wake-up")
    {
        f.s.time.suspend(8s);
        f.advance(8s);
        CHECK(f.trace() == "0s 0s, 13s 10s, 20s 20s");
    }
    SECTION("a suspended machine")
    {
        f.s.time.suspend(30s);
        f.advance(6s);
        CHECK(f.trace() == "0s 0s, 35s 30s, 40s 40s");
        CHECK(f.slots() == "0s ran, 10s coalesced, 20s coalesced, 30s ran, 40s ran");
    }
    SECTION("the slot right now among them")
    {
        f.s.time.suspend(15s);
        CHECK(f.trace() == "0s 0s, 20s 20s");
        CHECK(f.slots() == "0s ran, 10s coalesced, 20s ran");
    }
}

TEST_CASE("rule 34: a machine that was suspended during a body: all until its end are busy")
{
    noted_loop f{forbidding(10s)};
    f.takes = {15s};
    f.start();
    f.advance(5s);
    f.s.time.suspend(40s); // the body ends at 45 s
    f.advance(6s);
    CHECK(f.trace() == "0s 0s, 50s 50s");
    CHECK(f.slots() ==
          "0s ran, 10s missed(busy), 20s missed(busy), 30s missed(busy), 40s missed(busy), 50s ran");
}

TEST_CASE("rule 34: with overlap a slot is missed only while all places are taken")
{
    noted_loop f{forbidding(10s, 2)};
    f.takes = {45s, 25s};
    f.start();
    f.advance(65s);
    // 0 and 10 s are in flight until 35 s; then the place of 10 s is free
    CHECK(f.trace() == "0s 0s, 10s 10s, 40s 40s, 50s 50s, 60s 60s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(busy), 30s missed(busy), 40s ran, 50s ran, 60s ran");
}

TEST_CASE("rule 34: with overlap, the very moment at which one of the places gets free")
{
    noted_loop f{forbidding(10s, 2)};
    f.takes = {100s, 20s};
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 30s 30s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(busy), 30s ran");
}

TEST_CASE("rule 34: without a limit nothing is ever busy")
{
    noted_loop f{forbidding(10s, tasks::unlimited)};
    f.takes = {100s, 100s, 100s};
    f.start();
    f.advance(35s);
    CHECK(f.slots() == "0s ran, 10s ran, 20s ran, 30s ran");
}

TEST_CASE("rule 34: a back-off, a requested iteration, and an error hook under next_slot take the place")
{
    SECTION("back-off")
    {
        auto o = forbidding(10s);
        o.backoff = constant_backoff{12s};
        noted_loop f{std::move(o)};
        f.then = [](tasks::iteration const& it) {
            if (it.number == 0 && it.attempt == 0)
                connection_lost();
        };
        f.start();
        f.advance(25s);
        CHECK(f.trace() == "0s 0s, 12s 0s#1, 20s 20s");
        CHECK(f.slots() == "0s ran, 10s missed(busy), 20s ran");
    }
    SECTION("a requested iteration")
    {
        noted_loop f{forbidding(10s)};
        f.takes = {0s, 3s};
        f.start();
        f.advance(8s);
        CHECK(f.loop.trigger());
        f.advance(15s);
        CHECK(f.trace() == "0s 0s, 8s 8s requested, 20s 20s");
        CHECK(f.slots() == "0s ran, 8s requested, 10s missed(busy), 20s ran");
    }
    SECTION("an error hook")
    {
        auto o = forbidding(10s);
        o.on_error = tasks::on_error::next_slot;
        noted_loop f{std::move(o)};
        f.loop.error([](std::exception_ptr const&) { return pause(13s); });
        f.then = [](tasks::iteration const& it) {
            if (it.number == 0)
                throw std::runtime_error{"boom"};
        };
        f.start();
        f.advance(25s);
        CHECK(f.slots() == "0s ran, 10s missed(busy), 20s ran");
    }
}

TEST_CASE("rule 34: a request while all places are taken is served by its own iteration")
{
    noted_loop f{forbidding(10s)};
    f.takes = {15s};
    f.start();
    f.advance(12s);
    CHECK(f.loop.trigger());
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 15s 12s requested, 20s 20s");
    CHECK(f.slots() == "0s ran, 10s missed(busy), 12s requested, 20s ran");
}

TEST_CASE("rule 34: a request that is served as a slot comes due is served by the slot")
{
    noted_loop f{forbidding(10s)};
    f.takes = {20s};
    f.start();
    f.advance(12s);
    CHECK(f.loop.trigger());
    f.advance(10s);
    CHECK(f.trace() == "0s 0s, 20s 20s");
    CHECK(f.slots() == "0s ran, 10s missed(busy), 20s ran");
}

TEST_CASE("rule 34: instants likewise")
{
    noted_loop f{forbidding(tasks::day_at(10s, 20s, 30s, 40s))};
    f.takes = {15s};
    f.start();
    f.advance(50s);
    CHECK(f.slots() == "10s ran, 20s missed(busy), 30s ran, 40s ran");
}

TEST_CASE("rule 34: together with a grace")
{
    auto o = forbidding(10s);
    o.grace = 2s;
    noted_loop f{std::move(o)};
    f.takes = {15s};
    f.start();
    f.advance(26s); // 20 s ran; the next is 30 s
    f.s.time.suspend(7s);
    f.advance(8s);
    CHECK(f.slots() == "0s ran, 10s missed(busy), 20s ran, 30s missed(late), 40s ran");
}

TEST_CASE("rule 34: together with a jitter: a slot that is met as a place gets free starts at once")
{
    auto o = forbidding(10s);
    o.jitter = constant_jitter{3s};
    noted_loop f{std::move(o)};
    f.takes = {10s, 15s};
    f.start();
    f.advance(45s);
    // 10 s at once; 20 s is busy; 30 s is waited for from 25 s on
    CHECK(f.trace() == "0s 0s, 10s 10s, 33s 30s, 43s 40s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(busy), 30s ran, 40s ran");
}

TEST_CASE("rule 34: without a grid nothing is busy")
{
    auto const every = GENERATE(tasks::schedule{tasks::fixed_delay(5s)}, tasks::schedule{0s});
    auto o = forbidding(every);
    o.count = 3;
    noted_loop f{std::move(o)};
    f.takes = {7s, 7s};
    f.start();
    f.advance(60s);
    CHECK(f.slots() == (every.is_fixed_delay() ? "0s ran, 12s ran, 24s ran" : "0s ran, 7s ran, 14s ran"));
}

TEST_CASE("rule 34: of very many instants, too, and the slot of this very moment is run")
{
    noted_loop f{forbidding(whole_seconds_of_the_clock{})};
    f.takes = {30'000s};
    f.start();
    f.advance(30'001s + 500ms);
    CHECK(f.trace() == "1s 1s, 30001s 30001s");
    static_cast<void>(f.ledger.take_faults()); // the count is a lower bound
}

TEST_CASE("rule 34: with overlap, slots in a pause during which all places are taken")
{
    noted_loop f{forbidding(10s, 2)};
    f.takes = {55s, 55s};
    f.start();
    f.advance(15s);
    f.loop.pause();
    f.advance(17s);
    f.loop.resume(); // 20 and 30 s; then 40 and 50 s are busy
    f.advance(30s);
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(paused), 30s missed(paused), 40s missed(busy), "
                       "50s missed(busy), 60s ran");
}
