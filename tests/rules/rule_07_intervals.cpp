// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"

using namespace test;

TEST_CASE("rule 7: the first slot is the instant at which the before hook ended, the next is slot + interval")
{
    virtual_context s;
    slot_ledger ledger{s, 5s};
    tasks::loop<> loop{
        s.io, {.every = 5s, .count = 3}, [&](tasks::iteration const& it) { s.note(s.when(it.slot)); }};
    loop.before_loop([] { return pause(3s); }).observe(ledger);
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "3s 3s, 8s 8s, 13s 13s");
    CHECK(ledger.trace() == "3s ran, 8s ran, 13s ran");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 7: without a before hook the first slot is the first step")
{
    virtual_context s;
    tasks::loop<> loop{
        s.io, {.every = 5s, .count = 1}, [&](tasks::iteration const& it) { s.note(s.when(it.slot)); }};
    s.time.advance(7s);
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "7s 7s");
}

TEST_CASE("rule 7: the grid is not moved by bodies that take their time, nor by late wake-ups")
{
    virtual_context s;
    slot_ledger ledger{s, 5s};
    tasks::loop<> loop{s.io, {.every = 5s, .count = 4}, [&](tasks::iteration const& it) -> task {
                           s.note(s.when(it.slot) + "+" + text(it.lateness));
                           co_await pause(2s);
                       }};
    loop.observe(ledger);
    s.time.wake_offsets({100ms, 0ms, 700ms});
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s 0s+0s, 5100ms 5s+100ms, 10s 10s+0s, 15700ms 15s+700ms");
    CHECK(ledger.trace() == "0s ran, 5s ran, 10s ran, 15s ran");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 7: fractions of a second stay exact")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 0.25s, .count = 1000}, [] {}};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(1h);
    CHECK(s.trace() == "249750ms after");
}

TEST_CASE("rule 7: intervals follow the steady clock, steps of the wall clock change nothing")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 5}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(12s);
    s.time.step_wall_clock(1h); // a suspended machine, whose steady clock stops, looks the same
    s.time.advance(10s);
    s.time.step_wall_clock(-24h);
    s.time.advance(60s);
    CHECK(s.trace() == "0s body, 10s body, 20s body, 30s body, 40s body");
}

TEST_CASE("rule 7: interval 0 has no grid: the slot is the end of the previous iteration, and nothing is "
          "ever missed")
{
    virtual_context s;
    slot_ledger ledger{s, 0s};
    auto const policy = GENERATE(tasks::missed::coalesce, tasks::missed::skip, tasks::missed::delay);
    tasks::loop<> loop{
        s.io, {.every = 0s, .count = 3, .missed = policy}, [&](tasks::iteration const& it) -> task {
            s.note(s.when(it.slot) + "+" + text(it.lateness));
            co_await pause(7s);
        }};
    loop.before_loop([] { return pause(1s); }).observe(ledger);
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "1s 1s+0s, 8s 8s+0s, 15s 15s+0s");
    CHECK(ledger.trace() == "1s ran, 8s ran, 15s ran");
    CHECK(ledger.faults() == "");
}

TEST_CASE("rule 7: with interval 0 next_iteration() shows the last start")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 0s, .count = 3}, []() -> task { co_await pause(7s); }};
    loop.start();
    s.time.advance(3s);
    CHECK(s.when(loop.next_iteration()) == "0s");
    s.time.advance(7s);
    CHECK(s.when(loop.next_iteration()) == "7s");
}
