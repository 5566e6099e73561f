// SPDX-License-Identifier: MIT
#include "support/catch.hpp"

#include <tasks/run/detail/timeline.hpp>
#include <tasks/schedule/fixed_delay.hpp>

#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using tasks::miss_cause;
using tasks::missed;
using tasks::detail::clock_reading;
using tasks::detail::never;
using tasks::detail::passed_slots;
using tasks::detail::timeline;
using tasks::detail::verdict;
using action = verdict::action;

namespace {

constexpr clock_reading both(nanoseconds t)
{
    return {.steady = t, .wall = t};
}

/// A timeline whose first slot, at 0, has been served.
timeline begun(tasks::schedule every, tasks::detail::slot_rules const& rules = {})
{
    timeline t{std::move(every), rules};
    t.begin(both(0s));
    CHECK(t.decide(both(0s)).what == action::run);
    return t;
}

/// `10s..20s (2) paused`
std::string text_of(passed_slots const& s)
{
    if (s.count == 0)
        return "none";
    std::string const cause = s.cause == miss_cause::paused        ? "paused"
                              : s.cause == miss_cause::busy        ? "busy"
                              : s.cause == miss_cause::rescheduled ? "rescheduled"
                              : s.cause == miss_cause::ended       ? "ended"
                                                                   : "?";
    return std::to_string(s.first / 1s) + ".." + std::to_string(s.last / 1s) + " (" +
           std::to_string(s.count) + ") " + cause;
}

/// Whole seconds of the wall clock, until a limit.
struct whole_seconds {
    nanoseconds end = 1000h;
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        auto const n = std::chrono::floor<std::chrono::seconds>(t) + 1s;
        return n.time_since_epoch() <= end ? std::optional<tasks::time_point>{n} : std::nullopt;
    }
};

/// Throws once it is told to.
struct moody_seconds : whole_seconds {
    bool const* throws;
    [[nodiscard]] std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        if (*throws)
            throw std::runtime_error{"no idea"};
        return whole_seconds::next(t);
    }
};

} // namespace

TEST_CASE("timeline: while paused no slot starts, and nothing is decided")
{
    auto t = begun(10s);
    auto const v = t.decide(both(55s), {.paused = true});
    CHECK(v.what == action::wait);
    CHECK(v.until == never);
    CHECK(v.passed.count == 0);
    CHECK(t.upcoming() == 10s);
}

TEST_CASE("timeline: a pause that has ended leaves the slots up to then to settle")
{
    auto t = begun(10s);
    t.pause_began(both(5s));
    CHECK(!t.has_pause_to_settle());
    SECTION("slots in it, and one at its very end")
    {
        t.pause_ended(both(30s));
        REQUIRE(t.has_pause_to_settle());
        CHECK(text_of(t.settle_pause()) == "10..30 (3) paused");
        CHECK(!t.has_pause_to_settle());
        CHECK(t.upcoming() == 40s);
    }
    SECTION("1 ns before a slot")
    {
        t.pause_ended(both(30s - 1ns));
        CHECK(text_of(t.settle_pause()) == "10..20 (2) paused");
        CHECK(t.upcoming() == 30s);
    }
    SECTION("none")
    {
        t.pause_ended(both(9s));
        CHECK(t.has_pause_to_settle());
        CHECK(text_of(t.settle_pause()) == "none");
        CHECK(t.upcoming() == 10s);
        CHECK(!t.has_pause_to_settle());
    }
}

TEST_CASE("timeline: two pauses settle at once if nobody settled the first")
{
    auto t = begun(10s);
    t.pause_began(both(5s));
    t.pause_ended(both(15s));
    t.pause_began(both(16s));
    t.pause_ended(both(25s));
    CHECK(text_of(t.settle_pause()) == "10..20 (2) paused");
    CHECK(t.upcoming() == 30s);
}

TEST_CASE("timeline: slots that are due when a pause begins have passed, even if the wall clock is set back")
{
    timeline t{whole_seconds{}, {}};
    t.begin(both(0s));
    CHECK(t.upcoming() == 1s);
    t.pause_began({.steady = 3s, .wall = 3s});
    t.pause_ended({.steady = 4s, .wall = 2s});
    CHECK(text_of(t.settle_pause()) == "1..3 (3) paused");
    CHECK(t.upcoming() == 4s);
}

TEST_CASE("timeline: slots of a pause that come again because the wall clock is set back far are due again")
{
    timeline t{whole_seconds{}, {}};
    t.begin({.steady = 0s, .wall = 100h});
    t.pause_began({.steady = 2s, .wall = 100h + 2s});
    CHECK(t.update({.steady = 3s, .wall = 50h}) == -50h - 3s);
    CHECK(t.upcoming() == 50h + 1s);
    t.pause_ended({.steady = 4s, .wall = 50h + 1s});
    auto const passed = t.settle_pause();
    CHECK(passed.first == 50h + 1s);
    CHECK(passed.count == 1);
    CHECK(t.upcoming() == 50h + 2s);
}

TEST_CASE("timeline: a pause of a run that has not begun is none")
{
    timeline t{10s, {}};
    t.pause_began(both(0s));
    t.pause_ended(both(100s));
    CHECK(!t.has_pause_to_settle());
    t.begin(both(100s));
    CHECK(t.upcoming() == 100s);
    CHECK(t.decide(both(100s)).what == action::run);
}

TEST_CASE("timeline: after a pause the slot of a fixed delay is the later of itself and the end of the pause")
{
    auto const delay = GENERATE(0s, 10s);
    auto t = begun(tasks::fixed_delay(delay));
    t.ended(both(2s));
    auto const slot = 2s + delay;
    t.pause_began(both(1s));
    SECTION("it came due")
    {
        t.pause_ended(both(20s));
        CHECK(t.settle_pause().count == 0);
        CHECK(t.decide(both(20s - 1ns)).what == action::wait);
        auto const v = t.decide(both(20s));
        CHECK(v.what == action::run);
        CHECK(v.slot == 20s);
    }
    SECTION("it did not")
    {
        t.pause_ended(both(slot - 1ns));
        CHECK(t.settle_pause().count == 0);
        CHECK(t.decide(both(slot)).slot == slot);
    }
}

TEST_CASE("timeline: … and it has no jitter")
{
    auto t = begun(tasks::fixed_delay(10s), {.jittered = true});
    t.ended(both(0s));
    CHECK(t.decide(both(1s)).what == action::draw);
    t.set_jitter(5s);
    CHECK(t.decide(both(1s)).until == 15s);
    auto const end = GENERATE(12s, 10s); // later than the slot, or just then
    t.pause_began(both(9s));
    t.pause_ended(both(end));
    CHECK(t.settle_pause().count == 0);
    auto const v = t.decide(both(end));
    CHECK(v.what == action::run);
    CHECK(v.slot == end);
}

TEST_CASE("timeline: a schedule without a further slot after the pause is exhausted")
{
    timeline t{whole_seconds{5s}, {}};
    t.begin(both(0s));
    t.pause_began(both(0s));
    CHECK(t.decide(both(100s), {.paused = true}).what == action::wait);
    t.pause_ended(both(100s));
    CHECK(text_of(t.settle_pause()) == "1..5 (5) paused");
    CHECK(t.decide(both(100s)).what == action::exhausted);
    CHECK(!t.upcoming());
}

TEST_CASE("timeline: settling is strong: if the schedule throws, the pause is still to be settled")
{
    bool throws = false;
    moody_seconds m;
    m.throws = &throws;
    timeline t{m, {}};
    t.begin(both(0s));
    t.pause_began(both(0s));
    t.pause_ended(both(3s));
    throws = true;
    CHECK_THROWS_AS(t.settle_pause(), std::runtime_error);
    CHECK(t.has_pause_to_settle());
    CHECK(t.upcoming() == 1s);
    throws = false;
    CHECK(text_of(t.settle_pause()) == "1..3 (3) paused");
}

TEST_CASE("timeline: what a run that ends leaves over: of the pause first, then what is overdue")
{
    auto t = begun(10s);
    t.pause_began(both(5s));
    t.pause_ended(both(20s));
    CHECK(text_of(t.left_over_of_pause()) == "10..20 (2) paused");
    CHECK(text_of(t.left_over(both(45s), miss_cause::ended)) == "30..40 (2) ended");
    CHECK(text_of(begun(10s).left_over(both(45s), miss_cause::paused)) == "10..40 (4) paused");
    CHECK(text_of(begun(tasks::fixed_delay(10s)).left_over(both(45s), miss_cause::ended)) == "none");
    CHECK(text_of(begun(0s).left_over(both(45s), miss_cause::ended)) == "none");
}

TEST_CASE("timeline: slots due in a pause that lasts are left over, even if the wall clock was set back")
{
    timeline t{whole_seconds{}, {}};
    t.begin(both(0s));
    t.pause_began(both(3s));
    CHECK(text_of(t.left_over({.steady = 4s, .wall = 2s}, miss_cause::paused)) == "1..3 (3) paused");
}

TEST_CASE("timeline: if the schedule throws at the end of the run, no slot is left over twice")
{
    bool throws = false;
    moody_seconds m;
    m.throws = &throws;
    timeline t{m, {}};
    t.begin(both(0s));
    t.pause_began(both(0s));
    t.pause_ended(both(3s));
    throws = true;
    CHECK(text_of(t.left_over_of_pause()) == "1..1 (1) paused"); // no further one is known
    CHECK(text_of(t.left_over(both(5s), miss_cause::ended)) == "none");
}

TEST_CASE("timeline: a change while paused: what is overdue is missed for the pause")
{
    auto t = begun(10s);
    CHECK(text_of(t.change(70s, both(35s), true)) == "10..30 (3) paused");
    CHECK(t.upcoming() == 70s);
    auto other = begun(10s);
    CHECK(text_of(other.change(70s, both(35s))) == "10..30 (3) rescheduled");
}

TEST_CASE("timeline: a change while paused: also a slot that both schedules have is missed")
{
    timeline t{whole_seconds{}, {}};
    t.begin(both(0s));
    SECTION("paused")
    {
        CHECK(text_of(t.change(whole_seconds{}, both(4s), true)) == "1..4 (4) paused");
        CHECK(t.upcoming() == 5s);
    }
    SECTION("not paused")
    {
        CHECK(t.change(whole_seconds{}, both(4s)).count == 0);
        CHECK(t.upcoming() == 1s);
    }
}

TEST_CASE(
    "timeline: forbid: slots that came due before a worker became free are busy, the one just then is not")
{
    auto t = begun(10s, {.missed = missed::forbid});
    SECTION("one")
    {
        t.worker_freed(both(15s));
        auto const v = t.decide(both(15s));
        CHECK(v.what == action::pass);
        CHECK(text_of(v.passed) == "10..10 (1) busy");
        CHECK(t.upcoming() == 20s);
    }
    SECTION("several, and one just then")
    {
        t.worker_freed(both(30s));
        CHECK(text_of(t.decide(both(30s)).passed) == "10..20 (2) busy");
        auto const v = t.decide(both(30s));
        CHECK(v.what == action::run);
        CHECK(v.slot == 30s);
        CHECK(v.cause == tasks::cause::scheduled);
    }
    SECTION("those that came due later are coalesced")
    {
        t.worker_freed(both(15s));
        CHECK(text_of(t.decide(both(45s)).passed) == "10..10 (1) busy");
        auto const v = t.decide(both(45s));
        CHECK(v.what == action::run);
        CHECK(v.slot == 40s);
        CHECK(v.coalesced == 2);
    }
    SECTION("none without a busy worker")
    {
        auto const v = t.decide(both(45s));
        CHECK(v.what == action::run);
        CHECK(v.slot == 40s);
        CHECK(v.coalesced == 3);
    }
    SECTION("a change forgets it")
    {
        t.worker_freed(both(15s));
        CHECK(text_of(t.change(7s, both(15s))) == "10..10 (1) rescheduled");
        CHECK(t.upcoming() == 15s);
        CHECK(t.decide(both(15s)).what == action::run);
    }
    SECTION("… also one to a schedule on the other clock")
    {
        t.worker_freed({.steady = 100h, .wall = 10s});
        static_cast<void>(t.change(whole_seconds{}, {.steady = 100h, .wall = 10s}));
        CHECK(t.decide({.steady = 100h + 1s, .wall = 11s}).what == action::run);
    }
}

TEST_CASE("timeline: forbid is the only policy that asks when a worker became free")
{
    for (auto const policy : {missed::coalesce, missed::skip, missed::catch_up(2), missed::delay}) {
        auto t = begun(10s, {.missed = policy});
        t.worker_freed(both(15s));
        CHECK(t.decide(both(15s)).what == action::run);
    }
}

TEST_CASE("timeline: a run that begins anew knows nothing of the former one's pauses and jitters")
{
    auto t = begun(10s, {.missed = missed::forbid, .jittered = true});
    CHECK(t.decide(both(1s)).what == action::draw);
    t.set_jitter(5s);
    t.pause_began(both(2s));
    t.pause_ended(both(25s));
    t.worker_freed(both(25s));
    t.reset();
    CHECK(!t.has_pause_to_settle());
    CHECK(!t.upcoming());
    t.begin(both(20s));
    auto const v = t.decide(both(20s));
    CHECK(v.what == action::run);
    CHECK(v.slot == 20s);
    CHECK(t.decide(both(21s)).what == action::draw);
}

TEST_CASE("timeline: on_trigger has no slots, and begins an interval at the change")
{
    timeline t{tasks::on_trigger, {.initial_delay = 5s}};
    t.begin(both(0s));
    CHECK(t.is_empty());
    CHECK(!t.upcoming());
    auto const v = t.decide(both(100s));
    CHECK(v.what == action::wait);
    CHECK(v.until == never);
    SECTION("after the initial delay")
    {
        CHECK(t.change(10s, both(7s)).count == 0);
        CHECK(t.upcoming() == 7s);
    }
    SECTION("within it")
    {
        CHECK(t.change(10s, both(3s)).count == 0);
        CHECK(t.upcoming() == 5s);
    }
    CHECK(!t.is_empty());
}

TEST_CASE("timeline: forbid: a wall clock that is set back forgets until when no worker was free")
{
    timeline t{whole_seconds{}, {.missed = missed::forbid}};
    t.begin(both(0s));
    CHECK(t.decide(both(1s)).slot == 1s);
    t.worker_freed(both(10s + 500ms));
    CHECK(t.update({.steady = 11s, .wall = 3s}) == -8s);
    CHECK(t.upcoming() == 4s);
    auto const v = t.decide({.steady = 12s, .wall = 4s});
    CHECK(v.what == action::run);
    CHECK(v.slot == 4s);
}
