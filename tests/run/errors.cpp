// SPDX-License-Identifier: MIT
#include "by_hand.hpp"

#include <limits>

using namespace by_hand;

TEST_CASE("run_state: the first fatal error is the run's, and the next is for the log")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    auto const first = some_error("first");
    auto const second = some_error("second");
    CHECK(s.run.fail(a, first)); // interrupts the waits
    CHECK(a.error == first);
    CHECK(a.error_kind == problem::fatal);
    CHECK(s.run.failed());
    CHECK(s.run.exception() == first);
    CHECK(!s.run.fail(b, second));
    CHECK(b.error == second);
    CHECK(b.error_kind == problem::secondary_error);
    CHECK(s.run.exception() == first);
    CHECK(a.error == first);
}

TEST_CASE("run_state: an iteration that fails does not fail the run under next_slot, unless that has failed")
{
    stepped_run s{1s, {.limit = 2, .what_ends = tasks::on_error::next_slot}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    auto const error = some_error("of the body");
    SECTION("it goes on")
    {
        CHECK(!s.run.fail_iteration(a, error));
        CHECK(a.now == stage::failed);
        CHECK(a.error_kind == problem::none);
        CHECK(!s.run.failed());
    }
    SECTION("it has failed")
    {
        CHECK(s.run.fail(b, some_error("of the schedule")));
        CHECK(!s.run.fail_iteration(a, error));
        CHECK(a.now == stage::attempting);
        CHECK(a.error_kind == problem::secondary_error);
    }
    CHECK(a.error == error);
    CHECK(s.run.failures() == 1);
    CHECK(s.run.last_error() == error);
}

TEST_CASE("run_state: a wait that fails is a fatal error, and no retry follows")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    auto const error = some_error("no timer");
    CHECK(s.decide(w) == step::call);
    SECTION("in a back-off")
    {
        s.back_off(w, 1s);
        CHECK(s.run.wait_failed(w, error));
        CHECK(w.now == stage::attempting);
    }
    SECTION("between two iterations")
    {
        CHECK(s.decide(w) == step::wait);
        CHECK(s.run.wait_failed(w, error));
        CHECK(w.now == stage::free);
    }
    SECTION("of a run that has failed")
    {
        CHECK(s.run.fail(w, some_error("first")));
        CHECK(!s.run.wait_failed(w, error));
        CHECK(w.error_kind == problem::secondary_error);
    }
    CHECK(w.error == error);
    CHECK(s.decide(w) == step::leave);
    CHECK(!s.run.is_open());
}

TEST_CASE("run_state: a retry follows when its back-off is over, as another attempt of the same iteration")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.decide(w) == step::wait);
    s.clock.advance(12s); // the iteration is late, but the back-off counts from now
    CHECK(s.decide(w) == step::call);
    s.back_off(w, 30s);
    CHECK(w.now == stage::backing_off);
    CHECK(w.has_iteration());
    CHECK(w.failures == 1);
    CHECK(w.wait_clock == clock_kind::steady);
    CHECK(w.wait_until == s.clock.now.steady + 30s);

    CHECK(s.decide(w) == step::wait);
    CHECK(w.now == stage::backing_off);
    CHECK(w.burst == 0);
    s.clock.advance(30s - 1ns);
    CHECK(s.decide(w) == step::wait); // woken for something else
    CHECK(w.wait_until == s.clock.now.steady + 1ns);
    s.clock.advance(1ns);
    CHECK(s.decide(w) == step::call);
    CHECK(w.now == stage::attempting);
    CHECK(w.it.number == 1);
    CHECK(w.it.attempt == 1);
    CHECK(w.burst == 1);
    CHECK(s.asked == 3);
    CHECK(s.run.started() == 2);

    // It succeeds after later slots have become due.
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.number == 2);
    CHECK(w.it.attempt == 0);
    CHECK(w.it.coalesced == 2);
    CHECK(w.failures == 0);
}

TEST_CASE("run_state: a back-off waits on, whatever stop() or another failure say, but not after cancel()")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    s.back_off(w, 1h);
    CHECK(s.decide(w) == step::wait);
    SECTION("stop")
    {
        CHECK(s.run.stop());
        CHECK(s.decide(w) == step::wait);
        s.clock.advance(1h);
        CHECK(s.decide(w) == step::call);
        CHECK(w.it.attempt == 1);
    }
    SECTION("cancel")
    {
        CHECK(s.run.cancel());
    }
    CHECK(s.decide(w) == step::leave);
    CHECK(w.now == stage::free);
    CHECK(!w.has_iteration());
}

TEST_CASE("run_state: retries without a delay let the executor do other work")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    for (unsigned n = 1; n < attempts_per_turn; ++n) {
        s.back_off(w, 0s);
        CHECK(s.decide(w) == step::call);
        CHECK(w.it.attempt == n);
    }
    s.back_off(w, 0s);
    CHECK(s.decide(w) == step::yield);
    CHECK(w.now == stage::backing_off);
    CHECK(w.burst == 0);
    CHECK(w.it.attempt == attempts_per_turn - 1);
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.attempt == attempts_per_turn);
}

TEST_CASE("run_state: failures are counted in a row, and a retry that lived long begins a new row")
{
    worker_state w;
    auto now = nanoseconds{1h};
    auto const attempt_fails_after = [&](nanoseconds lasts) {
        w.attempt_began = now;
        now += lasts;
        run_state::count_failure(w, now, 5min);
        run_state::back_off(w, now, 1h);
        now += 1h + 10min; // neither the back-off nor a late wake-up from it is part of an attempt
    };
    attempt_fails_after(2h); // the duration of a first attempt does not matter
    CHECK(w.failures == 1);
    attempt_fails_after(1s);
    CHECK(w.failures == 2);
    attempt_fails_after(5min - 1ns);
    CHECK(w.failures == 3);
    attempt_fails_after(5min);
    CHECK(w.failures == 1);
    attempt_fails_after(1s);
    CHECK(w.failures == 2);
}

TEST_CASE("run_state: a back-off never ends before it begins")
{
    worker_state w;
    run_state::back_off(w, never - 1s, 2s);
    CHECK(w.wait_until == never);
}

// A worker whose coroutine was destroyed

TEST_CASE("run_state: a worker that is lost leaves nothing behind")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    SECTION("the leader")
    {
        CHECK(s.decide(b) == step::wait);
        s.run.lose(b);
        CHECK(!s.run.leader());
        CHECK(s.run.is_open());
        CHECK(s.decide(a) == step::wait); // takes the next slot
        CHECK(s.run.leader() == &a);
    }
    SECTION("one with an iteration, which then is none in flight")
    {
        CHECK(!s.run.needs_another_worker(b, step::wait));
        s.clock.advance(1s);
        CHECK(s.decide(b) == step::call);
        CHECK(!s.run.needs_another_worker(b, step::call));
        s.run.lose(a);
        CHECK(s.run.needs_another_worker(b, step::call));
        CHECK(s.run.is_open());
    }
    SECTION("one in a back-off")
    {
        s.clock.advance(1s);
        CHECK(s.decide(b) == step::call);
        s.back_off(a, 1s);
        s.run.lose(a);
        CHECK(s.run.needs_another_worker(b, step::call));
    }
    SECTION("one that has left the loop")
    {
        CHECK(s.decide(b) == step::wait);
        CHECK(s.decide(a) == step::leave);
        s.run.lose(a);
        CHECK(s.run.is_open());
        CHECK(s.run.leader() == &b);
        s.run.lose(b);
        CHECK(!s.run.is_open());
    }
}

TEST_CASE("run_state: the loss of a worker is filed by what it was busy with")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    auto const lost = some_error("lost");
    SECTION("a fatal error")
    {
        w.now = GENERATE(stage::before_hook, stage::free, stage::attempting, stage::backing_off);
        CHECK(s.run.file_loss(w, lost));
        CHECK(w.error_kind == problem::fatal);
        CHECK(s.run.failed());
        CHECK(s.run.exception() == lost);
    }
    SECTION("a further one")
    {
        worker_state other;
        CHECK(s.run.fail(other, some_error("first")));
        w.now = stage::attempting;
        CHECK(!s.run.file_loss(w, lost));
        CHECK(w.error_kind == problem::secondary_error);
    }
    SECTION("the error hook")
    {
        w.now = stage::error_hook;
        w.left_the_loop = true;
        CHECK(!s.run.file_loss(w, lost));
        CHECK(w.error_kind == problem::error_hook_lost);
        CHECK(!s.run.failed());
    }
    SECTION("the after hook")
    {
        w.now = stage::after_hook;
        CHECK(!s.run.file_loss(w, lost));
        CHECK(w.error_kind == problem::after_hook_lost);
        CHECK(!s.run.failed());
    }
    CHECK(w.error == lost);
}
