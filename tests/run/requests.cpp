// SPDX-License-Identifier: MIT
#include "by_hand.hpp"

using namespace by_hand;

TEST_CASE("run_state: stop() and cancel() have an effect once, and only on a run that goes on")
{
    stepped_run s{1s};
    auto const request = GENERATE(0, 1);
    auto const ask = [&] { return request == 0 ? s.run.stop() : s.run.cancel(); };
    worker_state w;
    SECTION("idle")
    {
        CHECK(!ask());
        CHECK(!s.run.no_more_iterations());
        CHECK(!s.run.is_cancelled());
    }
    SECTION("before the first step")
    {
        static_cast<void>(s.run.start());
        CHECK(ask());
        CHECK(!ask());
        CHECK(s.run.no_more_iterations());
        CHECK(s.run.is_cancelled() == (request == 1));
    }
    SECTION("while it waits")
    {
        s.open(w);
        CHECK(s.decide(w) == step::call);
        CHECK(s.decide(w) == step::wait);
        CHECK(ask());
        CHECK(!ask());
        CHECK(s.run.is_cancelled() == (request == 1));
        CHECK(s.decide(w) == step::leave);
    }
    SECTION("while it ends by itself")
    {
        s.open(w);
        s.run.leave_loop(w);
        CHECK(!ask());
        CHECK(s.run.leave_run() == leaving::closes_run);
        CHECK(!ask());
        CHECK(!s.run.is_cancelled());
        CHECK(s.finish(w).reason == tasks::exit_reason::completed);
    }
    SECTION("after a failure, with an iteration in flight")
    {
        s.open(w);
        CHECK(s.decide(w) == step::call);
        worker_state other;
        s.promote(other);
        CHECK(s.run.fail(other, some_error("fatal")));
        CHECK(s.run.can_be_cancelled());
        CHECK(ask());
    }
    SECTION("after a failure, with none")
    {
        s.open(w);
        CHECK(s.run.fail(w, some_error("fatal")));
        CHECK(!s.run.can_be_cancelled());
        CHECK(!ask());
    }
}

TEST_CASE("run_state: stop() revokes a restart, also where it changes nothing else")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(!s.run.want_restart(true));
    CHECK(s.run.want_restart(true));
    SECTION("of a run that goes on")
    {
        CHECK(s.run.stop());
    }
    SECTION("of a run that ends")
    {
        s.run.leave_loop(w);
        CHECK(!s.run.stop());
    }
    CHECK(!s.run.want_restart(false));
    CHECK(!s.finish(w).restarts);
}

TEST_CASE("run_state: a cancellation that could not be emitted is taken back")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.cancel());
    s.run.withdraw_cancel();
    CHECK(!s.run.is_cancelled());
    CHECK(!s.run.no_more_iterations());
    CHECK(s.run.cancel()); // a new one
}

TEST_CASE("run_state: the number of the iteration in progress")
{
    stepped_run s{0s, {.count = 2}};
    worker_state w;
    CHECK(s.run.current_iteration() == 0);
    s.open(w);
    CHECK(s.run.current_iteration() == 0);
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.current_iteration() == 0);
    CHECK(s.decide(w) == step::yield);
    CHECK(s.run.current_iteration() == 0); // of the last one
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.current_iteration() == 1);

    SECTION("is the count once that is reached and the run closes")
    {
        CHECK(s.decide(w) == step::leave);
        CHECK(s.run.current_iteration() == 1);
        CHECK(s.run.leave_run() == leaving::closes_run);
        CHECK(s.run.current_iteration() == 2);
        static_cast<void>(s.finish(w));
        CHECK(s.run.current_iteration() == 0);
    }
    SECTION("is the count after a stop in the last iteration, too")
    {
        CHECK(s.run.stop());
        CHECK(s.decide(w) == step::leave);
        CHECK(s.run.leave_run() == leaving::closes_run);
        CHECK(s.run.current_iteration() == 2);
    }
    SECTION("is the last one's after cancel()")
    {
        CHECK(s.run.cancel());
        CHECK(s.decide(w) == step::leave);
        CHECK(s.run.leave_run() == leaving::closes_run);
        CHECK(s.run.current_iteration() == 1);
    }
    SECTION("is the last one's after a failure")
    {
        CHECK(s.run.fail(w, some_error("fatal")));
        CHECK(s.decide(w) == step::leave);
        CHECK(s.run.leave_run() == leaving::closes_run);
        CHECK(s.run.current_iteration() == 1);
    }
}

TEST_CASE("run_state: a run without a count closes with the number of its last iteration")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.stop());
    CHECK(s.decide(w) == step::leave);
    CHECK(s.run.leave_run() == leaving::closes_run);
    CHECK(!s.run.count_reached());
    CHECK(s.run.current_iteration() == 0);
}

TEST_CASE("run_state: the next slot is known from the first decision to the last")
{
    stepped_run s{10s, {.count = 2}};
    worker_state w;
    CHECK(!s.next());
    static_cast<void>(s.run.start());
    CHECK(!s.next());
    CHECK(s.run.begin(nullptr, false));
    s.run.add(w);
    CHECK(!s.next()); // in the before hook
    w.now = stage::free;
    auto const first = s.clock.now.wall;
    CHECK(s.decide(w) == step::call);
    CHECK(s.next() == first + 10s);
    s.clock.advance(30s);
    CHECK(s.next() == first + 10s); // past or not
    SECTION("not once stopped")
    {
        CHECK(s.run.stop());
    }
    SECTION("not once cancelled")
    {
        CHECK(s.run.cancel());
    }
    SECTION("not once failed")
    {
        CHECK(s.run.fail(w, some_error("fatal")));
    }
    SECTION("not in the last counted iteration")
    {
        CHECK(s.decide(w) == step::call);
    }
    SECTION("not while the run closes")
    {
        s.run.leave_loop(w);
        CHECK(s.run.leave_run() == leaving::closes_run);
    }
    CHECK(!s.next());
}

TEST_CASE("versioned_timeline: each change counts, and looking does not")
{
    tasks::detail::versioned_timeline slots{1s, {}};
    auto const before = slots.version();
    CHECK(slots->when().interval() == 1s);
    CHECK((*slots).when().interval() == 1s);
    CHECK(slots.version() == before);
    slots.touch().change(2s, {});
    CHECK(slots.version() != before);
    CHECK(slots->when().interval() == 2s);
    CHECK(!slots.is_contended());
}
