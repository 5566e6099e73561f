// SPDX-License-Identifier: MIT
#include "by_hand.hpp"

using namespace by_hand;

TEST_CASE("run_state decides: an interval runs at once, then waits for the next slot of its grid")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    auto const first = s.clock.now;

    CHECK(s.decide(w) == step::call);
    CHECK(!s.asked_after);
    CHECK(w.now == stage::attempting);
    CHECK(w.has_iteration());
    CHECK(w.it.number == 0);
    CHECK(w.it.attempt == 0);
    CHECK(w.it.slot.time_since_epoch() == first.wall);
    CHECK(w.it.lateness == 0s);
    CHECK(w.it.cause == tasks::cause::scheduled);
    CHECK(s.run.started() == 1);
    CHECK(!s.run.leader());
    CHECK(s.passed.slots.count == 0);

    s.clock.advance(3s);
    CHECK(s.decide(w) == step::wait);
    CHECK(s.asked_after);
    CHECK(w.now == stage::free);
    CHECK(!w.has_iteration());
    CHECK(w.wait_clock == clock_kind::steady);
    CHECK(w.wait_until == first.steady + 10s);
    CHECK(s.run.leader() == &w);

    s.clock.advance(8s); // a second late
    CHECK(s.decide(w) == step::call);
    CHECK(!s.asked_after);
    CHECK(w.it.number == 1);
    CHECK(w.it.slot.time_since_epoch() == first.wall + 10s);
    CHECK(w.it.start.time_since_epoch() == first.wall + 11s);
    CHECK(w.it.lateness == 1s);
}

TEST_CASE("run_state decides: a wait that is ended too early goes on")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.decide(w) == step::wait);
    auto const until = w.wait_until;
    s.clock.advance(10s - 1ns);
    CHECK(s.decide(w) == step::wait);
    CHECK(w.wait_until == until);
    CHECK(s.run.started() == 1);
    s.clock.advance(1ns);
    CHECK(s.decide(w) == step::call);
}

TEST_CASE("run_state decides: an interval that nobody watches has its clock read once for each iteration")
{
    stepped_run s{10s};
    s.seen.watched = false;
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.number == 0);
    CHECK(w.it.slot == tasks::time_point{}); // not filled in
    CHECK(s.clock.readings == 1);
    CHECK(s.decide(w) == step::wait);
    CHECK(s.clock.readings == 1);
    s.clock.advance(10s);
    CHECK(s.decide(w) == step::call); // the wait is over
    CHECK(s.clock.readings == 2);

    s.seen.watched = true;
    CHECK(s.decide(w) == step::wait);
    CHECK(s.clock.readings == 3);
}

TEST_CASE("run_state decides: the slots that get no iteration are handed out for the observer")
{
    stepped_run s{10s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    auto const first = s.clock.now.steady;
    s.clock.advance(35s);
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.number == 1);
    CHECK(w.it.cause == tasks::cause::coalesced);
    CHECK(w.it.coalesced == 2);
    CHECK(s.passed.slots.count == 2);
    CHECK(s.passed.slots.first == first + 10s);
    CHECK(s.passed.slots.last == first + 20s);
    CHECK(s.passed.slots.what == tasks::decision::coalesced);
    CHECK(s.passed.number == 1);
    CHECK(s.passed.clock == clock_kind::steady);
    CHECK(s.passed.at.steady == s.clock.now.steady);
}

TEST_CASE("run_state decides: instants are waited for on the wall clock, and after the last the loop is left")
{
    stepped_run s{listed_instants{{1000h + 5s, 1000h + 9s}}};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::wait);
    CHECK(w.wait_clock == clock_kind::wall);
    CHECK(w.wait_until == 1000h + 5s);
    CHECK(s.next() == 1000h + 5s);
    s.clock.advance(6s);
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.slot.time_since_epoch() == 1000h + 5s);
    CHECK(w.it.lateness == 1s);
    CHECK(s.decide(w) == step::wait);
    CHECK(w.wait_until == 1000h + 9s);

    s.clock.now.wall += 1h; // the clock is set
    CHECK(s.decide(w) == step::call);
    CHECK(s.passed.stepped == 1h);
    CHECK(s.passed.clock == clock_kind::wall);
    CHECK(s.decide(w) == step::leave);
    CHECK(w.left_the_loop);
    CHECK(!s.run.leader());
    CHECK(!s.run.is_open());
}

TEST_CASE("run_state decides: a schedule without a slot ends the loop before any iteration")
{
    stepped_run s{listed_instants{}};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::leave);
    CHECK(s.run.started() == 0);
    CHECK(s.run.slots()->begun());
}

TEST_CASE("run_state decides: a schedule that throws leaves the worker free, for the owner to fail it")
{
    struct throwing_instants {
        std::optional<tasks::time_point> next(tasks::time_point) const { throw std::runtime_error{"broken"}; }
    };
    stepped_run s{throwing_instants{}};
    worker_state w;
    s.open(w);
    CHECK_THROWS_AS(s.decide(w), std::runtime_error);
    CHECK(w.now == stage::free);
    CHECK(s.run.fail(w, some_error("broken")));
    CHECK(s.run.leave_loop(w) == step::leave);
    CHECK(!s.run.leader());
    CHECK(!s.run.is_open());
    CHECK(s.run.started() == 0);
}

TEST_CASE("run_state decides: interval 0 yields between two iterations and the slot is the end of the former")
{
    stepped_run s{0s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(w.burst == 1);
    s.clock.advance(7s);
    auto const ended = s.clock.now;
    CHECK(s.decide(w) == step::yield);
    CHECK(w.burst == 0);
    CHECK(w.now == stage::free);
    CHECK(s.run.started() == 1);
    CHECK(s.passed.slots.count == 0);
    s.clock.advance(2s); // the others take longer
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.number == 1);
    CHECK(w.it.slot.time_since_epoch() == ended.wall);
    CHECK(w.it.lateness == 2s);
    CHECK(s.decide(w) == step::yield);
}

TEST_CASE("run_state decides: a worker that never waits lets the executor do other work from time to time")
{
    stepped_run s{1s, {.policy = tasks::missed::catch_up(tasks::unlimited)}};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    s.clock.advance(1h);
    for (unsigned n = 1; n < attempts_per_turn; ++n) {
        CHECK(s.decide(w) == step::call);
        CHECK(w.it.cause == tasks::cause::catch_up);
    }
    CHECK(s.decide(w) == step::yield);
    CHECK(w.burst == 0);
    CHECK(w.now == stage::free);
    CHECK(s.run.started() == attempts_per_turn);
    CHECK(s.decide(w) == step::call);
    CHECK(w.it.number == attempts_per_turn);
}

TEST_CASE("run_state decides: a wait begins a new burst")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    for (unsigned n = 0; n <= 2 * attempts_per_turn; ++n) {
        CHECK(s.decide(w) == step::call);
        CHECK(w.burst == 1);
        CHECK(s.decide(w) == step::wait);
        s.clock.advance(1s);
    }
}

TEST_CASE("run_state decides: who changes the timeline in vain goes first")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    s.run.slots().add_contender();
    s.run.slots().add_contender();
    CHECK(s.decide(w) == step::yield);
    CHECK(s.asked == 1);
    CHECK(!s.run.leader());
    s.run.slots().remove_contender();
    CHECK(s.decide(w) == step::yield); // there is another one
    s.run.slots().remove_contender();
    CHECK(s.decide(w) == step::wait);
    CHECK(s.asked == 2);
}

TEST_CASE("run_state decides: the worker leaves if nobody wants the answer any more")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    s.changes_mind = true;
    CHECK(s.decide(w) == step::leave);
    CHECK(!s.run.leader());
    CHECK(w.left_the_loop);
    CHECK(s.passed.number == 0);
}

TEST_CASE("run_state decides: it leaves also while others have iterations that a later slot could follow")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    s.changes_mind = true;
    CHECK(s.decide(b) == step::leave);
    CHECK(!s.run.leader());
    CHECK(s.run.is_open());
}

TEST_CASE("run_state decides: no iteration follows stop, cancel, a failure, or the count")
{
    stepped_run s{0s, {.count = 2}};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    SECTION("stop")
    {
        CHECK(s.run.stop());
    }
    SECTION("cancel")
    {
        CHECK(s.run.cancel());
    }
    SECTION("a failure")
    {
        CHECK(s.run.fail(w, some_error("fatal")));
    }
    SECTION("the count")
    {
        CHECK(s.decide(w) == step::yield);
        CHECK(!s.run.count_reached());
        CHECK(s.decide(w) == step::call);
        CHECK(s.run.count_reached());
    }
    auto const asked = s.asked;
    CHECK(s.run.no_more_iterations());
    CHECK(s.decide(w) == step::leave);
    CHECK(s.asked == asked);
    CHECK(w.now == stage::free);
    CHECK(!s.run.is_open());
}

TEST_CASE("run_state decides: a body whose object has died stops the run")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    s.seen.can_expire = true;
    CHECK(s.decide(w) == step::call);
    s.seen.expired = true;
    CHECK(s.decide(w) == step::leave);
    CHECK(s.asked == 1);
    CHECK(s.run.no_more_iterations());
    CHECK(!s.run.is_cancelled());
    CHECK(s.finish(w).reason == tasks::exit_reason::completed);
}

// Overlap

TEST_CASE("run_state with overlap: another worker is needed while there is a place, a slot and no retry")
{
    stepped_run s{1s, {.limit = 2, .count = 3}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    CHECK(s.run.needs_another_worker(a, step::call));
    CHECK(!s.run.needs_another_worker(a, step::wait));
    CHECK(!s.run.needs_another_worker(a, step::leave));
    a.it.attempt = 1;
    CHECK(!s.run.needs_another_worker(a, step::call));
    a.it.attempt = 0;

    s.promote(b);
    s.clock.advance(1s);
    CHECK(s.decide(b) == step::call);
    CHECK(b.it.number == 1);
    CHECK(!s.run.needs_another_worker(b, step::call)); // both are busy
    s.clock.advance(1s);
    CHECK(s.decide(a) == step::call);
    CHECK(a.it.number == 2);
    CHECK(s.decide(b) == step::leave); // the count is reached
    CHECK(!s.run.needs_another_worker(a, step::call));
    CHECK(s.run.is_open());
}

TEST_CASE("run_state with overlap: the last counted iteration needs no other worker")
{
    stepped_run s{1s, {.limit = 2, .count = 1}};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(!s.run.needs_another_worker(w, step::call));
}

TEST_CASE("run_state with overlap: a place without limit is never the last")
{
    stepped_run s{1s, {.limit = tasks::unlimited}};
    std::vector<worker_state> all(20);
    s.open(all[0]);
    for (auto& w : all) {
        if (&w != &all[0])
            s.promote(w);
        CHECK(s.decide(w) == step::call);
        CHECK(s.run.needs_another_worker(w, step::call));
        s.clock.advance(1s);
    }
    CHECK(s.run.started() == 20);
    CHECK(s.run.worker_count() == 20);
}

TEST_CASE("run_state with overlap: one worker waits for a slot, and the others leave")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    CHECK(s.decide(b) == step::wait);
    CHECK(s.decide(a) == step::leave);
    CHECK(s.run.leader() == &b);
    s.clock.advance(1s);
    CHECK(s.decide(b) == step::call);
    CHECK(b.it.number == 1);
    CHECK(s.run.needs_another_worker(b, step::call));
}

TEST_CASE("run_state with overlap: the worker that waits behind the last slot goes with the last iteration")
{
    stepped_run s{listed_instants{{1000h + 1s, 1000h + 2s}}, {.limit = 3}};
    worker_state a;
    worker_state b;
    worker_state c;
    s.open(a);
    s.clock.advance(1s);
    CHECK(s.decide(a) == step::wait); // asked for the first time a second after the hook
    s.clock.advance(1s);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    CHECK(s.decide(b) == step::wait);
    CHECK(b.wait_clock == clock_kind::steady);
    CHECK(b.wait_until == never);
    CHECK(s.run.leader() == &b);
    CHECK(!s.run.take_leader_to_wake());

    CHECK(s.decide(a) == step::leave);
    CHECK(s.run.take_leader_to_wake() == &b);
    CHECK(!s.run.take_leader_to_wake()); // it is asked for once
    CHECK(s.decide(b) == step::leave);
    CHECK(!s.run.is_open());
}

TEST_CASE("run_state with overlap: no leader is woken that has a slot, or while other iterations go on")
{
    SECTION("a slot")
    {
        stepped_run s{1s, {.limit = 2}};
        worker_state a;
        worker_state b;
        s.open(a);
        CHECK(s.decide(a) == step::call);
        s.promote(b);
        CHECK(s.decide(b) == step::wait);
        CHECK(s.decide(a) == step::leave);
        CHECK(!s.run.take_leader_to_wake());
    }
    SECTION("others")
    {
        stepped_run s{listed_instants{{1000h + 1s, 1000h + 2s}}, {.limit = 3}};
        worker_state a;
        worker_state b;
        worker_state c;
        s.open(a);
        CHECK(s.decide(a) == step::wait);
        s.clock.advance(1s);
        CHECK(s.decide(a) == step::call);
        s.promote(b);
        CHECK(s.decide(b) == step::wait);
        s.clock.advance(1s);
        CHECK(s.decide(b) == step::call);
        s.promote(c);
        CHECK(s.decide(c) == step::wait);
        CHECK(s.decide(a) == step::leave);
        CHECK(!s.run.take_leader_to_wake());
        CHECK(s.decide(b) == step::leave);
        CHECK(s.run.take_leader_to_wake() == &c);
    }
}
