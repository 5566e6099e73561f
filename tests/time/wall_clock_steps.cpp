// SPDX-License-Identifier: MIT
// The wall clock is set forward and back, by a second, an hour, days, and across daylight-saving changes. The
// tests check the reaction of a loop with an interval and of a loop with times of day, instant by instant.
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace test;

namespace {

struct iteration_seen {
    tasks::time_point slot;
    std::chrono::nanoseconds lateness;
    std::uint64_t coalesced;
};

struct recorder {
    std::vector<std::chrono::nanoseconds> steps;
    std::vector<iteration_seen> seen;

    void on_clock_stepped(tasks::clock_stepped const& e) { steps.push_back(e.step); }
    void on_attempt_begun(tasks::attempt_begun const& e)
    {
        seen.push_back({e.it.slot, e.it.lateness, e.it.coalesced});
    }
};

/// An expected iteration: on time, or late because a step skipped its slot.
struct expected {
    std::string slot;
    std::chrono::nanoseconds late = 0s; ///< due to the step itself, which is noticed within 30 s
    std::uint64_t coalesced = 0;
};

struct history {
    char const* what;
    std::string start;
    std::string step_at; ///< the wall clock just before the step
    std::chrono::nanoseconds by;
    std::string until; ///< … and at the end
    std::vector<expected> iterations;
};

void check(tasks::schedule const& every, history const& h, tasks::missed policy = tasks::missed::coalesce)
{
    INFO(h.what);
    virtual_context s{utc(h.start)};
    recorder log;
    tasks::loop<> loop{s.io, {.every = every, .missed = policy}, [] {}};
    loop.observe(log);
    loop.start();
    s.time.advance(utc(h.step_at) - s.time.now());
    s.time.step_wall_clock(h.by);
    s.time.advance(utc(h.until) - s.time.now());

    CHECK(log.steps == std::vector<std::chrono::nanoseconds>{h.by});
    CHECK(log.seen.size() == h.iterations.size());
    for (std::size_t i = 0; i < log.seen.size() && i < h.iterations.size(); ++i) {
        auto const& is = log.seen[i];
        auto const& wanted = h.iterations[i];
        CAPTURE(i, is.lateness.count());
        CHECK(text(is.slot) == wanted.slot);
        CHECK(is.coalesced == wanted.coalesced);
        CHECK(is.lateness >= wanted.late);
        CHECK(is.lateness <= (wanted.late == 0s ? 0s : wanted.late + 30s));
    }
}

constexpr std::chrono::nanoseconds steps[] = {1s, -1s, 1h, -1h, 24h, -24h};

} // namespace

TEST_CASE("a step of the wall clock leaves an interval where it is")
{
    auto const by = GENERATE(from_range(std::begin(steps), std::end(steps)));
    auto const at = GENERATE(as<std::chrono::nanoseconds>{}, 0s, 1ns, 5s, 10s - 1ns, 10s, 25s);
    CAPTURE(by.count(), at.count());
    virtual_context s;
    std::vector<std::chrono::nanoseconds> starts;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 20}, [&](tasks::iteration const& it) -> task {
                           starts.push_back(s.time.elapsed());
                           CHECK(it.slot == s.time.now()); // the wall clock now, stepped or not
                           CHECK(it.lateness == 0s);
                           co_await pause(3s); // so that some steps fall into a body
                       }};
    loop.start();
    s.time.advance(at);
    s.time.step_wall_clock(by);
    s.time.advance(300s);
    REQUIRE(starts.size() == 20);
    for (std::size_t i = 0; i < starts.size(); ++i)
        CHECK(starts[i] == i * 10s);
}

TEST_CASE("a clock that is set again and again does not move an interval")
{
    virtual_context s;
    std::uint64_t off_the_grid = 0;
    tasks::loop<> loop{s.io, 1s, [&](tasks::iteration const& it) {
                           off_the_grid += s.time.elapsed() != it.number * 1s || it.slot != s.time.now();
                       }};
    loop.start();
    for (int i = 0; i < 600; ++i) {
        s.time.advance(700ms);
        s.time.step_wall_clock(steps[static_cast<std::size_t>(i * i) % std::size(steps)]);
    }
    CHECK(off_the_grid == 0);
    CHECK(loop.current_loop() == 420);
}

TEST_CASE("a daily loop that waits for noon while the clock is set")
{
    auto const h = GENERATE(values<history>({
        {"forward 1 s",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"back 1 s",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         -1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"forward 1 s, over the slot",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:59:59Z",
         1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"back 1 s, just before the slot",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:59:59Z",
         -1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"forward 1 h, over the slot",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         1h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z", 30min}, {"2024-06-11T12:00:00Z"}}},
        {"forward 1 h, not as far as the slot",
         "2024-06-10T10:00:00Z",
         "2024-06-10T10:30:00Z",
         1h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"back 1 h",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         -1h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"forward 24 h: one slot late",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         24h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z", 23h + 30min}, {"2024-06-11T12:00:00Z"}}},
        {"forward 48 h: two slots, one iteration",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         48h,
         "2024-06-12T13:00:00Z",
         {{"2024-06-11T12:00:00Z", 23h + 30min, 1}, {"2024-06-12T12:00:00Z"}}},
        {"back 24 h: asked anew",
         "2024-06-10T11:00:00Z",
         "2024-06-10T11:30:00Z",
         -24h,
         "2024-06-10T13:00:00Z",
         {{"2024-06-09T12:00:00Z"}, {"2024-06-10T12:00:00Z"}}},
    }));
    check(tasks::day_at(12h), h);
}

TEST_CASE("a daily loop that has served noon when the clock is set")
{
    auto const h = GENERATE(values<history>({
        {"forward 1 s",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:30:00Z",
         1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"back 1 s: noon comes again, and is not served again",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:00:00Z",
         -1s,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"forward 1 h",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:30:00Z",
         1h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"back 1 h: noon comes again",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:30:00Z",
         -1h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
        {"forward 24 h: tomorrow's is late",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:30:00Z",
         24h,
         "2024-06-12T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z", 30min}, {"2024-06-12T12:00:00Z"}}},
        {"back 24 h: 3 hours or more, so noon is served again",
         "2024-06-10T11:00:00Z",
         "2024-06-10T12:30:00Z",
         -24h,
         "2024-06-11T13:00:00Z",
         {{"2024-06-10T12:00:00Z"}, {"2024-06-10T12:00:00Z"}, {"2024-06-11T12:00:00Z"}}},
    }));
    check(tasks::day_at(12h), h);
}

TEST_CASE("a step over several days goes by the policy for missed slots")
{
    history h{
        "forward 72 h", "2024-06-10T11:00:00Z", "2024-06-10T11:30:00Z", 72h, "2024-06-13T13:00:00Z", {}};
    SECTION("catch_up: back to back, the oldest dropped")
    {
        h.iterations = {{"2024-06-11T12:00:00Z", 47h + 30min},
                        {"2024-06-12T12:00:00Z", 23h + 30min},
                        {"2024-06-13T12:00:00Z"}};
        check(tasks::day_at(12h), h, tasks::missed::catch_up(2));
    }
    SECTION("skip: none")
    {
        h.iterations = {{"2024-06-13T12:00:00Z"}};
        check(tasks::day_at(12h), h, tasks::missed::skip);
    }
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

// Berlin, 2024-03-31: 02:00 becomes 03:00 at 01:00Z, so 02:30 is read as 03:30, which is 01:30Z.

TEST_CASE("the clock is set over, or back over, the hour that does not exist")
{
    auto const h = GENERATE(values<history>({
        {"forward 1 s, over the change",
         "2024-03-30T12:00:00Z",
         "2024-03-31T00:59:59Z",
         1s,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z"}, {"2024-04-01T00:30:00Z"}}},
        {"back 1 s, over the change",
         "2024-03-30T12:00:00Z",
         "2024-03-31T01:00:00Z",
         -1s,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z"}, {"2024-04-01T00:30:00Z"}}},
        {"forward 1 h, over change and slot",
         "2024-03-30T12:00:00Z",
         "2024-03-31T00:50:00Z",
         1h,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z", 20min}, {"2024-04-01T00:30:00Z"}}},
        {"back 1 h, before the change, the slot served",
         "2024-03-30T12:00:00Z",
         "2024-03-31T01:40:00Z",
         -1h,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z"}, {"2024-04-01T00:30:00Z"}}},
        {"forward 24 h",
         "2024-03-30T12:00:00Z",
         "2024-03-30T23:00:00Z",
         24h,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z", 21h + 30min}, {"2024-04-01T00:30:00Z"}}},
        {"back 24 h: the slot comes again",
         "2024-03-30T12:00:00Z",
         "2024-03-31T01:40:00Z",
         -24h,
         "2024-04-01T12:00:00Z",
         {{"2024-03-31T01:30:00Z"}, {"2024-03-31T01:30:00Z"}, {"2024-04-01T00:30:00Z"}}},
    }));
    check(tasks::day_at("02:30").in("Europe/Berlin"), h);
}

// Berlin, 2024-10-27: 03:00 becomes 02:00 at 01:00Z, so it is 02:30 at 00:30Z and at 01:30Z.

TEST_CASE("the clock is set over, or back over, the hour that comes twice")
{
    auto const h = GENERATE(values<history>({
        {"forward 1 s, over the change",
         "2024-10-26T12:00:00Z",
         "2024-10-27T00:59:59Z",
         1s,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
        {"back 1 s, over the change",
         "2024-10-26T12:00:00Z",
         "2024-10-27T01:00:00Z",
         -1s,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
        {"forward 1 h, from the first hour to the second",
         "2024-10-26T12:00:00Z",
         "2024-10-27T00:10:00Z",
         1h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z", 40min}, {"2024-10-28T01:30:00Z"}}},
        {"back 1 h, from the second hour to the first",
         "2024-10-26T12:00:00Z",
         "2024-10-27T01:10:00Z",
         -1h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
        {"forward 24 h",
         "2024-10-26T12:00:00Z",
         "2024-10-26T23:00:00Z",
         24h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z", 22h + 30min}, {"2024-10-28T01:30:00Z"}}},
        {"back 24 h: the slot comes again",
         "2024-10-26T12:00:00Z",
         "2024-10-27T01:10:00Z",
         -24h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-27T00:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
    }));
    check(tasks::day_at("02:30").in("Europe/Berlin"), h);
}

TEST_CASE("both times of the repeated hour, and the clock is set")
{
    auto const h = GENERATE(values<history>({
        {"forward 2 h, over both",
         "2024-10-26T12:00:00Z",
         "2024-10-27T00:10:00Z",
         2h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T01:30:00Z", 40min, 1}, {"2024-10-28T01:30:00Z"}}},
        {"back 1 h, between them",
         "2024-10-26T12:00:00Z",
         "2024-10-27T01:10:00Z",
         -1h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-27T01:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
        {"back 1 h, behind both",
         "2024-10-26T12:00:00Z",
         "2024-10-27T01:40:00Z",
         -1h,
         "2024-10-28T12:00:00Z",
         {{"2024-10-27T00:30:00Z"}, {"2024-10-27T01:30:00Z"}, {"2024-10-28T01:30:00Z"}}},
    }));
    check(tasks::day_at("02:30").in("Europe/Berlin").when_repeated(tasks::fold::both), h);
}

#endif
