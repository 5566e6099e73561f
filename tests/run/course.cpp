// SPDX-License-Identifier: MIT
#include "by_hand.hpp"

using namespace by_hand;

// Idle → starting → running → closing → idle

TEST_CASE("run_state: a new run is idle and has nothing to tell")
{
    stepped_run s{1s, {.limit = 3, .count = 7}};
    CHECK(s.run.is_idle());
    CHECK(!s.run.failed());
    CHECK(!s.run.exception());
    CHECK(!s.run.is_cancelled());
    CHECK(!s.run.is_open());
    CHECK(!s.run.restarted());
    CHECK(!s.run.can_be_cancelled());
    CHECK(s.run.worker_count() == 0);
    CHECK(s.run.limit().limit() == 3);
    CHECK(s.run.count() == 7);
    CHECK(!stepped_run{1s}.run.count());
}

TEST_CASE("run_state: start() forgets the failure of the former run, and hands it over")
{
    stepped_run s{1s};
    auto const error = some_error("former");
    static_cast<void>(s.run.start());
    CHECK(!s.run.is_idle());
    CHECK(!s.run.begin(error, false));
    CHECK(s.run.end(nullptr).reason == tasks::exit_reason::failed);

    auto const former = s.run.start();
    CHECK(former.failed);
    CHECK(former.exception == error);
    CHECK(!s.run.failed());
    CHECK(!s.run.exception());

    SECTION("withdraw() gives it back")
    {
        s.run.want_restart(true);
        CHECK(s.run.cancel());
        s.run.withdraw(former);
        CHECK(s.run.is_idle());
        CHECK(s.run.failed());
        CHECK(s.run.exception() == error);
        CHECK(!s.run.is_cancelled());
        CHECK(!s.run.want_restart(false));
    }
    SECTION("withdraw() gives back the iterations that failed, too")
    {
        worker_state w;
        CHECK(s.run.begin(nullptr, false));
        s.run.add(w);
        w.now = stage::free;
        CHECK(s.decide(w) == step::call);
        auto const fatal = some_error("fatal");
        CHECK(s.run.fail(w, fatal));
        CHECK(s.decide(w) == step::leave);
        CHECK(s.run.leave_run() == leaving::closes_run);
        static_cast<void>(s.finish(w));
        auto const failed = s.run.start();
        CHECK(s.run.failures() == 0);
        CHECK(!s.run.last_error());
        s.run.withdraw(failed);
        CHECK(s.run.failures() == 1);
        CHECK(s.run.last_error() == fatal);
    }
    SECTION("withdraw() takes back a restart, too")
    {
        s.run.want_restart(true);
        CHECK(s.run.end(nullptr).restarts);
        auto const replaced = s.run.start();
        CHECK(s.run.restarted());
        s.run.withdraw(replaced);
        CHECK(!s.run.restarted());
        CHECK(!s.run.failed());
    }
}

TEST_CASE("run_state: begin() says whether there is a worker to add")
{
    stepped_run s{1s};
    static_cast<void>(s.run.start());
    SECTION("it goes on")
    {
        CHECK(s.run.begin(nullptr, false));
        CHECK(!s.run.failed());
    }
    SECTION("the loop is gone")
    {
        CHECK(!s.run.begin(nullptr, true));
        CHECK(!s.run.failed());
    }
    SECTION("no worker could be made")
    {
        auto const error = some_error("no memory");
        CHECK(!s.run.begin(error, false));
        CHECK(s.run.failed());
        CHECK(s.run.exception() == error);
        CHECK(s.run.end(nullptr).exception == error);
    }
    SECTION("cancelled before its first step, whatever else is wrong")
    {
        CHECK(s.run.cancel());
        CHECK(!s.run.begin(some_error("no memory"), true));
        CHECK(!s.run.failed());
        auto const e = s.run.end(nullptr);
        CHECK(e.reason == tasks::exit_reason::cancelled);
        CHECK(!e.exception);
    }
}

TEST_CASE("run_state: workers are counted, and so are those that can run iterations")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state replacement;
    replacement.left_the_loop = true;
    s.open(a);
    s.run.add(replacement);
    CHECK(s.run.worker_count() == 2);
    CHECK(s.run.leave_loop(a) == step::leave);
    CHECK(a.left_the_loop);
    CHECK(!s.run.is_open());
    CHECK(s.run.worker_count() == 2);
    s.run.remove(a);
    CHECK(a.finished);
    CHECK(!replacement.finished);
    CHECK(s.run.worker_count() == 1);
}

TEST_CASE("run_state: the leader that leaves the loop leads no longer")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    s.promote(b);
    CHECK(s.run.leader() == &b);
    s.run.leave_loop(a);
    CHECK(s.run.leader() == &b);
    CHECK(s.run.is_open());
    s.run.leave_loop(b);
    CHECK(!s.run.leader());
    CHECK(!s.run.is_open());
}

TEST_CASE("run_state: the last worker closes the run, and a replacement finds it closed")
{
    stepped_run s{1s, {.limit = 2}};
    worker_state a;
    worker_state b;
    s.open(a);
    CHECK(s.decide(a) == step::call);
    s.promote(b);
    CHECK(s.run.leave_run() == leaving::others_remain); // a busy one
    CHECK(s.run.stop());
    CHECK(s.decide(a) == step::leave);
    CHECK(s.run.leave_run() == leaving::others_remain); // it has closed nothing
    s.run.remove(a);
    CHECK(s.run.leave_run() == leaving::closes_run);
    CHECK(!s.run.is_idle());
    CHECK(s.run.leave_run() == leaving::closed_before);
}

TEST_CASE("run_state: a run ends as completed, cancelled or failed, and the worst counts")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    auto const error = some_error("fatal");
    SECTION("completed")
    {
        auto const e = s.finish(w);
        CHECK(e.reason == tasks::exit_reason::completed);
        CHECK(!e.exception);
        CHECK(!e.restarts);
        CHECK(!s.run.failed());
    }
    SECTION("stopped is completed")
    {
        CHECK(s.run.stop());
        CHECK(s.finish(w).reason == tasks::exit_reason::completed);
    }
    SECTION("cancelled")
    {
        CHECK(s.run.stop());
        CHECK(s.run.cancel());
        CHECK(s.finish(w).reason == tasks::exit_reason::cancelled);
        CHECK(!s.run.is_cancelled());
    }
    SECTION("failed and cancelled")
    {
        CHECK(s.run.cancel());
        CHECK(s.run.fail(w, error));
        auto const e = s.finish(w);
        CHECK(e.reason == tasks::exit_reason::failed);
        CHECK(e.exception == error);
        CHECK(s.run.failed());
        CHECK(s.run.exception() == error);
    }
    SECTION("the after hook throws")
    {
        auto const after = some_error("after");
        CHECK(s.run.cancel());
        auto const e = s.finish(w, after);
        CHECK(e.reason == tasks::exit_reason::failed);
        CHECK(e.exception == after);
        CHECK(s.run.failed());
        CHECK(s.run.exception() == after);
    }
    SECTION("the after hook of a failed run throws")
    {
        CHECK(s.run.fail(w, error));
        CHECK(s.finish(w, some_error("after")).exception == error);
        CHECK(s.run.exception() == error);
    }
    CHECK(s.run.is_idle());
}

TEST_CASE("run_state: nothing of a run that has ended is left in the next one")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.started() == 1);
    CHECK(s.run.stop());
    CHECK(s.run.cancel());
    s.run.want_restart(true);
    CHECK(s.decide(w) == step::leave);
    auto const before = s.run.slots().version();
    CHECK(s.finish(w).restarts);
    CHECK(s.run.slots().version() != before);
    CHECK(!s.run.slots()->begun());
    CHECK(!s.run.slots()->upcoming());
    CHECK(s.run.started() == 0);
    CHECK(s.run.restarted());

    worker_state next;
    s.open(next);
    CHECK(!s.run.no_more_iterations());
    CHECK(s.decide(next) == step::call);
    CHECK(next.it.number == 0);
    CHECK(s.decide(next) == step::wait);
    CHECK(s.run.stop());
    CHECK(s.decide(next) == step::leave);
    CHECK(!s.finish(next).restarts);
    CHECK(!s.run.restarted());
}

TEST_CASE("run_state: a run that is dropped has failed, and asks for nothing more")
{
    stepped_run s{1s};
    worker_state w;
    s.open(w);
    CHECK(s.decide(w) == step::call);
    CHECK(s.run.cancel());
    s.run.want_restart(true);
    auto const error = some_error("fatal");
    auto const why = some_error("context gone");
    CHECK(s.run.fail(w, error));
    s.run.lose(w);
    s.run.remove(w);
    SECTION("with a reason, which replaces the exception")
    {
        CHECK(s.run.drop(why) == error);
        CHECK(s.run.exception() == why);
    }
    SECTION("without one")
    {
        CHECK(!s.run.drop(nullptr));
        CHECK(s.run.exception() == error);
    }
    CHECK(s.run.is_idle());
    CHECK(s.run.failed());
    CHECK(!s.run.is_cancelled());
    CHECK(!s.run.want_restart(false));
    CHECK(!s.run.restarted());
    CHECK(s.run.started() == 0);
    CHECK(!s.run.slots()->begun());
    CHECK(!s.run.is_open());
    CHECK(s.run.worker_count() == 0);
}

TEST_CASE("run_state: a restarted run that is dropped has followed none")
{
    stepped_run s{1s};
    static_cast<void>(s.run.start());
    s.run.want_restart(true);
    CHECK(s.run.end(nullptr).restarts);
    static_cast<void>(s.run.start());
    CHECK(s.run.restarted());
    CHECK(!s.run.drop(nullptr));
    CHECK(!s.run.restarted());
    CHECK(s.run.failed());
}
