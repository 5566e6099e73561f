// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <vector>

using namespace test;
using tasks::missed;

namespace {

tasks::options every_10s(missed policy, std::chrono::nanoseconds grace)
{
    return {.every = 10s, .missed = policy, .grace = grace};
}

/// The decisions of a loop with an interval of 10 s and a grace of `grace`, whose first iteration takes
/// `first`; until 60 s.
std::string decisions(missed policy, std::chrono::nanoseconds first, std::chrono::nanoseconds grace)
{
    noted_loop f{every_10s(policy, grace)};
    f.takes = {first};
    f.start();
    f.advance(60s - 1ns);
    return f.slots();
}

} // namespace

TEST_CASE("rule 33: an iteration starts only while it is not later than the grace, under every policy")
{
    for (auto const policy : {missed::coalesce, missed::skip, missed::catch_up(3), missed::delay,
                              missed::catch_up(tasks::unlimited)}) {
        CHECK(decisions(policy, 12s, 2s) == "0s ran, 10s ran, 20s ran, 30s ran, 40s ran, 50s ran");
        CHECK(decisions(policy, 12s + 1ns, 2s) ==
              "0s ran, 10s missed(late), 20s ran, 30s ran, 40s ran, 50s ran");
    }
}

TEST_CASE("rule 33: there is none by default, and the least is 1 ms")
{
    CHECK(!tasks::options{}.grace);
    CHECK(decisions(missed::coalesce, 10s + 1ms, 1ms) ==
          "0s ran, 10s ran, 20s ran, 30s ran, 40s ran, 50s ran");
    CHECK(decisions(missed::coalesce, 10s + 1ms + 1ns, 1ms) ==
          "0s ran, 10s missed(late), 20s ran, 30s ran, 40s ran, 50s ran");
}

TEST_CASE("rule 33: a late wake-up is judged likewise, also of the first slot")
{
    noted_loop f{{.every = 10s, .initial_delay = 10s, .grace = 2s}};
    f.start();
    f.advance(5s);
    f.s.time.suspend(8s); // the slot of 10 s is 3 s late
    f.advance(2s);
    CHECK(f.slots() == "10s missed(late)");
    f.s.time.suspend(7s); // the slot of 20 s is 2 s late
    CHECK(f.slots() == "20s ran");
    CHECK(f.trace() == "22s 20s");
    CHECK(f.loop.current_loop() == 0);
}

TEST_CASE("rule 33: a timer that fires late by more than the grace misses its slot")
{
    noted_loop f{{.every = 10s, .grace = 5ms}};
    f.s.time.wake_offsets({5ms, 6ms, 0ms});
    f.start();
    f.advance(35s);
    CHECK(f.trace() == "0s 0s, 10005ms 10s, 30s 30s");
    CHECK(f.slots() == "0s ran, 10s ran, 20s missed(late), 30s ran");
}

TEST_CASE("rule 33: coalesce: if the latest is too late, all are missed")
{
    CHECK(decisions(missed::coalesce, 35s, 5s) ==
          "0s ran, 10s coalesced, 20s coalesced, 30s ran, 40s ran, 50s ran");
    CHECK(decisions(missed::coalesce, 35s + 1ns, 5s) ==
          "0s ran, 10s missed(late), 20s missed(late), 30s missed(late), 40s ran, 50s ran");
}

TEST_CASE("rule 33: delay of instants likewise")
{
    for (auto const policy : {missed::coalesce, missed::delay}) {
        noted_loop f{{.every = tasks::day_at(10s, 20s, 30s, 40s), .missed = policy, .grace = 5s}};
        f.takes = {25s + 1ns};
        f.start();
        f.advance(60s);
        CHECK(f.slots() == "10s ran, 20s missed(late), 30s missed(late), 40s ran");
    }
}

TEST_CASE("rule 33: catch_up: those too late are missed, then the maximum applies to the rest")
{
    // At 45 s: 10, 20, 30, 40 s are overdue.
    CHECK(decisions(missed::catch_up(10), 45s, 15s) ==
          "0s ran, 10s missed(late), 20s missed(late), 30s ran, 40s ran, 50s ran");
    CHECK(decisions(missed::catch_up(10), 45s, 15s - 1ns) ==
          "0s ran, 10s missed(late), 20s missed(late), 30s missed(late), 40s ran, 50s ran");
    CHECK(decisions(missed::catch_up(1), 45s, 25s) ==
          "0s ran, 10s missed(late), 20s missed(dropped), 30s missed(dropped), 40s ran, 50s ran");
    CHECK(decisions(missed::catch_up(2), 45s, 4s) ==
          "0s ran, 10s missed(late), 20s missed(late), 30s missed(late), 40s missed(late), 50s ran");
    CHECK(decisions(missed::catch_up(tasks::unlimited), 45s, 15s) ==
          "0s ran, 10s missed(late), 20s missed(late), 30s ran, 40s ran, 50s ran");
}

TEST_CASE("rule 33: catch_up: what becomes too late while others are made up for is missed")
{
    noted_loop f{every_10s(missed::catch_up(10), 20s)};
    f.takes = {45s, 12s};
    f.start();
    f.advance(60s);
    // at 45 s 30 s is 15 s late (20 s has had its time at 40 s); at 57 s 40 s is 17 s late
    CHECK(f.trace() == "0s 0s, 45s 30s, 57s 40s, 57s 50s, 60s 60s");
    CHECK(f.slots() == "0s ran, 10s missed(late), 20s missed(late), 30s ran, 40s ran, 50s ran, 60s ran");
}

TEST_CASE("rule 33: skip, and delay on an interval, leave nothing to be late")
{
    CHECK(decisions(missed::skip, 45s, 1s) == "0s ran, 10s missed(skipped), 20s missed(skipped), 30s "
                                              "missed(skipped), 40s missed(skipped), 50s ran");
    noted_loop f{every_10s(missed::delay, 1s)};
    f.takes = {25s};
    f.start();
    f.advance(40s);
    CHECK(f.slots() == "0s ran, 10s coalesced, 20s coalesced, 25s ran, 35s ran");
    static_cast<void>(f.ledger.take_faults()); // the books do not know that the grid begins anew
}

TEST_CASE("rule 33: lateness counts from the slot and its jitter")
{
    auto const with_jitter = [](std::chrono::nanoseconds late) {
        noted_loop f{{.every = 10s, .jitter = constant_jitter{3s}, .grace = 1s}};
        f.start();
        f.advance(12s);
        f.s.time.suspend(1s + late);
        f.advance(4s);
        return f.slots();
    };
    CHECK(with_jitter(0s) == "0s ran, 10s ran");
    CHECK(with_jitter(1s) == "0s ran, 10s ran");
    CHECK(with_jitter(1s + 1ns) == "0s ran, 10s missed(late)");
}

TEST_CASE("rule 33: a slot that is met when a place gets free has no jitter here, either")
{
    noted_loop f{{.every = 10s, .jitter = constant_jitter{3s}, .grace = 1s}};
    f.takes = {11s + 1ns, 0s, 6s};
    f.start();
    f.advance(15s);
    CHECK(f.slots() == "0s ran, 10s missed(late)");
    f.advance(20s);
    CHECK(f.trace() == "0s 0s, 23s 20s, 33s 30s");
}

TEST_CASE("rule 33: it concerns first attempts only")
{
    noted_loop f{{.every = 10s, .backoff = constant_backoff{3s}, .grace = 1s}};
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0 && it.attempt < 2)
            connection_lost();
    };
    f.start();
    f.advance(9s);
    CHECK(f.trace() == "0s 0s, 3s 0s#1, 6s 0s#2");
}

TEST_CASE("rule 33: it concerns no requests")
{
    noted_loop f{{.every = 100s, .grace = 1s}};
    f.takes = {30s};
    f.start();
    f.advance(5s);
    CHECK(f.loop.trigger());
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 30s 5s requested");
}

TEST_CASE("rule 33: a slot that is too late does not serve a request")
{
    noted_loop f{{.every = 10s, .grace = 1s}};
    f.takes = {15s};
    f.start();
    f.advance(5s);
    CHECK(f.loop.trigger());
    f.advance(12s);
    CHECK(f.trace() == "0s 0s, 15s 5s requested");
    CHECK(f.slots() == "0s ran, 10s missed(late), 5s requested");
}

TEST_CASE("rule 33: without a grid nothing is late")
{
    auto const every = GENERATE(tasks::schedule{tasks::fixed_delay(5s)}, tasks::schedule{0s});
    noted_loop f{{.every = every, .count = 2, .initial_delay = 5s, .grace = 1ms}};
    f.start();
    f.advance(1s);
    f.s.time.suspend(20s);
    f.advance(5s);
    CHECK(f.slots() == (every.is_fixed_delay() ? "5s ran, 26s ran" : "5s ran, 21s ran"));
}

TEST_CASE("rule 33: missed slots do not count, and take no number")
{
    noted_loop f{{.every = 10s, .count = 2, .grace = 1s}};
    f.takes = {15s, 0s};
    std::string numbers;
    f.first = [&](tasks::iteration const& it) { numbers += std::to_string(it.number); };
    f.start();
    f.advance(60s);
    CHECK(f.slots() == "0s ran, 10s missed(late), 20s ran");
    CHECK(numbers == "01");
    CHECK(!f.loop.is_running());
}

TEST_CASE("rule 33: a schedule whose last slot is too late has come to its end")
{
    virtual_context const clock;
    noted_loop f{{.every = one_instant{clock.began() + 10s}, .grace = 1s}};
    f.start();
    f.advance(5s);
    f.s.time.suspend(10s);
    CHECK(f.slots() == "10s missed(late)");
    CHECK(!f.loop.is_running());
    CHECK(f.trace() == "");
}

TEST_CASE("rule 33: of instants it counts on the wall clock")
{
    noted_loop f{{.every = tasks::day_at(1h, 2h), .grace = 10min}};
    f.start();
    f.advance(59min);
    SECTION("within")
    {
        f.s.time.step_wall_clock(5min); // noticed within 30 s
        f.advance(30s);
        CHECK(f.slots() == "3600s ran");
    }
    SECTION("beyond")
    {
        f.s.time.step_wall_clock(15min);
        f.advance(30s);
        CHECK(f.slots() == "3600s missed(late)");
    }
    SECTION("a suspended machine")
    {
        f.s.time.suspend(11min + 1ns);
        CHECK(f.slots() == "3600s missed(late)");
    }
}

TEST_CASE("rule 33: what the end of the run, a pause or a change decides is not judged")
{
    noted_loop f{{.every = 10s, .grace = 1s}};
    f.takes = {15s};
    f.start();
    f.advance(14s);
    SECTION("stop")
    {
        f.loop.stop();
        f.advance(5s);
        CHECK(f.slots() == "0s ran, 10s missed(ended)");
    }
    SECTION("pause")
    {
        f.loop.pause();
        f.loop.resume();
        f.advance(7s);
        CHECK(f.slots() == "0s ran, 10s missed(paused), 20s ran");
    }
    SECTION("change_interval")
    {
        f.loop.change_interval(30s);
        f.advance(17s);
        CHECK(f.slots() == "0s ran, 10s missed(rescheduled), 30s ran");
    }
}

TEST_CASE("rule 33: of very many instants, the ends are right and the count is a lower bound")
{
    struct last_decision {
        std::vector<tasks::slot_decided> all;
        void on_slot(tasks::slot_decided const& e) { all.push_back(e); }
    };
    auto const policy =
        GENERATE(as<missed>{}, missed::coalesce, missed::catch_up(3), missed::catch_up(tasks::unlimited));
    virtual_context s;
    last_decision log;
    tasks::loop<> loop{s.io,
                       {.every = whole_seconds_of_the_clock{}, .missed = policy, .grace = 1500ms},
                       [&](tasks::iteration const& it) { s.note(s.when(it.slot)); }};
    loop.observe(log);
    loop.start();
    s.time.run_until_idle();
    s.time.suspend(100'000s + 400ms);
    REQUIRE(!log.all.empty());
    CHECK(log.all[0].at_least);
    CHECK(s.when(log.all[0].first) == "1s");
    if (policy == missed::coalesce) {
        CHECK(log.all[0].what == tasks::decision::coalesced);
        CHECK(s.when(log.all[0].last) == "99999s");
        CHECK(s.trace() == "100000400ms 100000s");
    } else {
        CHECK(log.all[0].cause == tasks::miss_cause::late);
        CHECK(s.when(log.all[0].last) == "99998s"); // 99,999 s is 1.4 s late
        CHECK(s.trace() == "100000400ms 99999s, 100000400ms 100000s");
    }
}
