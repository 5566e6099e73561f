// SPDX-License-Identifier: MIT
#include "by_hand.hpp"

using namespace by_hand;

namespace {

/// An interval whose slots are all served, an hour late, and which nobody watches.
struct late_run : stepped_run {
    worker_state w;

    explicit late_run(std::optional<std::int64_t> count = std::nullopt)
        : stepped_run{1s, {.policy = tasks::missed::catch_up(tasks::unlimited), .count = count}}
    {
        seen.watched = false;
        open(w);
        CHECK(decide(w) == step::call);
        clock.advance(1h);
        CHECK(decide(w) == step::wait); // the wait was expected to be long, so the clock has not been read
        CHECK(decide(w) == step::call);
    }
};

} // namespace

TEST_CASE("run_state: a backlog is served without a look at the clock")
{
    late_run s;
    REQUIRE(s.w.has_backlog);
    auto const slot = s.run.slots()->upcoming();
    auto const version = s.run.slots().version();
    auto const readings = s.clock.readings;
    s.w.failures = 3;
    s.w.it.attempt = 3;
    CHECK(s.run.take_backlog(s.w));
    CHECK(s.w.now == stage::attempting);
    CHECK(s.w.failures == 0);
    CHECK(s.w.it.attempt == 0);
    CHECK(s.w.burst == 2);
    CHECK(s.run.started() == 3);
    CHECK(s.run.slots()->upcoming() == *slot + 1s);
    CHECK(s.run.slots().version() != version);
    CHECK(s.clock.readings == readings);
}

TEST_CASE("run_state: a backlog ends with its last slot")
{
    stepped_run s{1s, {.policy = tasks::missed::catch_up(tasks::unlimited)}};
    s.seen.watched = false;
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(!w.has_backlog);
    s.clock.advance(3s);
    CHECK(s.decide(w) == step::wait); // as above
    CHECK(s.decide(w) == step::call);
    CHECK(w.has_backlog);
    CHECK(s.run.take_backlog(w));
    CHECK(s.run.take_backlog(w));
    CHECK(!s.run.take_backlog(w));
    CHECK(!w.has_backlog);
    CHECK(s.run.started() == 4);
    CHECK(s.decide(w) == step::wait);
}

TEST_CASE("run_state: a backlog is left alone where somebody has to know of each iteration")
{
    struct variant {
        char const* why;
        terms t{.policy = tasks::missed::catch_up(tasks::unlimited)};
        run_state::circumstances seen{};
        bool has_backlog = false;
    };
    auto const v = GENERATE(
        variant{.why = "an observer", .seen = {.watched = true}},
        variant{.why = "an object that may die", .seen = {.can_expire = true}},
        variant{.why = "other workers",
                .t = {.policy = tasks::missed::catch_up(tasks::unlimited), .limit = 2}},
        variant{.why = "slots that may be dropped", .t = {.policy = tasks::missed::catch_up(1'000'000)}},
        variant{.why = "nobody", .has_backlog = true});
    CAPTURE(v.why);
    stepped_run s{1s, v.t};
    s.seen = v.seen;
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(!w.has_backlog);
    s.clock.advance(1h);
    static_cast<void>(s.decide(w)); // does not read the clock if nobody watches
    CHECK(s.decide(w) == step::call);
    CHECK(w.has_backlog == v.has_backlog);
}

TEST_CASE("run_state: a backlog is not simply served while the last iteration has failed")
{
    stepped_run s{
        1s, {.policy = tasks::missed::catch_up(tasks::unlimited), .what_ends = tasks::on_error::next_slot}};
    s.seen.watched = false;
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    s.clock.advance(1h);
    w.no_success = true;
    CHECK(!s.run.fail_iteration(w, some_error("of the body")));
    s.seen.was_suspended = true; // reads the clock
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.failures() == 1);
    CHECK(!w.has_backlog); // so that its success is counted
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.failures() == 0);
    CHECK(w.has_backlog);
}

TEST_CASE("run_state: a backlog is left alone behind a request and in a pause, and taken again after them")
{
    late_run s;
    REQUIRE(s.w.has_backlog);
    SECTION("a request")
    {
        s.run.wishes().add(s.clock.now);
        CHECK(!s.run.take_backlog(s.w));
        CHECK(s.decide(s.w) == step::call); // which the slot serves
    }
    SECTION("an alarm")
    {
        s.run.wishes().set_alarm({.at = s.clock.now.steady + 1s}, s.clock.now);
        CHECK(!s.run.take_backlog(s.w));
        CHECK(s.decide(s.w) == step::call);
        CHECK(!s.run.take_backlog(s.w)); // its moment may come meanwhile
        s.clock.advance(1s);
        s.seen.was_suspended = true;
        CHECK(s.decide(s.w) == step::call);
    }
    SECTION("a pause")
    {
        s.run.pause(s.clock.now);
        CHECK(!s.run.take_backlog(s.w));
        s.run.wishes().add(s.clock.now);
        CHECK(s.decide(s.w) == step::call); // for the request
        CHECK(!s.run.take_backlog(s.w));
        CHECK(s.run.resume(s.clock.now));
        CHECK(!s.run.take_backlog(s.w));
        CHECK(s.decide(s.w) == step::again); // the pause has dropped the backlog
        s.clock.advance(1h);
        CHECK(s.decide(s.w) == step::call);
    }
    CHECK(s.run.take_backlog(s.w));
}

TEST_CASE("run_state: no backlog is taken when something else is to be done")
{
    late_run s{100};
    auto const before = s.run.slots()->upcoming();
    auto const takes_none = [&] {
        return !s.run.take_backlog(s.w) && s.run.slots()->upcoming() == before && s.run.started() == 2;
    };
    SECTION("a retry")
    {
        s.back_off(s.w, 1s);
        CHECK(takes_none());
    }
    SECTION("other work")
    {
        s.w.burst = attempts_per_turn;
        CHECK(takes_none());
    }
    SECTION("a change of the timeline that waits")
    {
        s.run.slots().add_contender();
        CHECK(takes_none());
    }
    SECTION("stopped")
    {
        CHECK(s.run.stop());
        CHECK(takes_none());
    }
    SECTION("cancelled")
    {
        CHECK(s.run.cancel());
        CHECK(takes_none());
    }
    SECTION("failed")
    {
        CHECK(s.run.fail(s.w, some_error("fatal")));
        CHECK(takes_none());
    }
}

TEST_CASE("run_state: a backlog ends with the count and with the burst")
{
    SECTION("the count")
    {
        late_run s{4};
        CHECK(s.run.take_backlog(s.w));
        CHECK(s.run.take_backlog(s.w));
        CHECK(!s.run.take_backlog(s.w));
        CHECK(s.run.started() == 4);
    }
    SECTION("the burst")
    {
        late_run s;
        auto n = s.w.burst;
        while (s.run.take_backlog(s.w))
            ++n;
        CHECK(n == attempts_per_turn);
        CHECK(s.w.has_backlog); // continues after the yield
        CHECK(s.decide(s.w) == step::yield);
        CHECK(s.decide(s.w) == step::call);
        CHECK(s.run.take_backlog(s.w));
    }
}
