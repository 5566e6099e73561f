// SPDX-License-Identifier: MIT
// What explain() says, for everything that can become of a slot.
#include "group/night.hpp"
#include "support/catch.hpp"
#include "support/thrown.hpp"

#include <tasks/base/errors.hpp>
#include <tasks/group/detail/instant_words.hpp>

using namespace test;

namespace {

void nothing_to_do()
{
    throw tasks::skipped{"the queue is empty"};
}

} // namespace

TEST_CASE("history explains: a slot that ran on time")
{
    night n;
    n.takes("02:10", 12s).takes("02:20", 4min + 7s, no_such_table);
    n.start().until("02:15");
    CHECK(n.why("02:10") == "02:10 ran: it started on time and succeeded after 12s.");
    n.until("02:30");
    CHECK(n.why("02:20") == "02:20 ran: it started on time and failed after 4min 7s (no such table).");
}

TEST_CASE("history explains: an iteration that its body skipped, or that took too long")
{
    night n{{.timeout = 1min, .retries = 0}};
    n.takes("02:10", 1s, nothing_to_do).takes("02:20", 1h);
    n.start().until("02:30");
    CHECK(n.why("02:10") ==
          "02:10 ran: it started on time and was skipped by its body after 1s (the queue is empty).");
    CHECK(n.why("02:20") == "02:20 ran: it started on time and timed out after 1min.");
}

TEST_CASE("history explains: a slot that ran late names the iteration that was in the way")
{
    night n;
    n.takes("02:20", 11min + 30s).start().until("02:35");
    CHECK(n.why("02:30") ==
          "02:30 ran: it started at 02:31:30, 1min 30s late, because the one of 02:20 ran until "
          "then, and succeeded after less than 1ms.");
    n.s.time.suspend(7min);
    n.until("02:45");
    CHECK(n.why("02:40") == "02:40 ran: it started at 02:42, 2min late, and succeeded after less than 1ms.");
}

TEST_CASE("history explains: an instant between two slots belongs to the one before it")
{
    night n;
    n.start().until("02:35");
    CHECK(n.why("02:19:59") == "02:10 ran: it started on time and succeeded after less than 1ms.");
    CHECK(n.why("02:31") == "02:30 ran: it started on time and succeeded after less than 1ms; no later slot "
                            "has been decided yet.");
    n.until("02:40");
    CHECK(n.why("02:31") == "02:30 ran: it started on time and succeeded after less than 1ms.");
}

TEST_CASE("history explains: an iteration in progress")
{
    night n;
    n.takes("02:20", 1h).start().until("02:45");
    CHECK(n.why("02:20") == "02:20 is still running: it started on time.");
    CHECK(n.why("02:30") ==
          "02:20 is still running: it started on time; no later slot has been decided yet.");
}

TEST_CASE("history explains: an iteration that is retried, succeeds, and is given up")
{
    night n;
    n.takes("02:20", 1min, connection_lost).attempt_takes("02:20", 1, 30s, connection_lost);
    n.attempt_takes("02:20", 2, 30s);
    n.start().until("02:22");
    CHECK(n.why("02:20") ==
          "02:20 is being retried: it started on time, attempt 1 failed (Connection reset by "
          "peer), and attempt 2 is due at 02:26.");
    n.until("02:26");
    CHECK(n.why("02:20") ==
          "02:20 is still running: it started on time, attempt 1 failed (Connection reset by "
          "peer), and attempt 2 is running.");
    n.until("02:27");
    CHECK(n.why("02:20") ==
          "02:20 is being retried: it started on time, attempt 2 failed (Connection reset by "
          "peer), and attempt 3 is due at 02:31:30.");
    n.until("02:35");
    CHECK(n.why("02:20") ==
          "02:20 ran: it started on time and succeeded at 02:32 in attempt 3, after attempt 2 "
          "had failed (Connection reset by peer).");

    n.takes("02:40", 1min, connection_lost).until("02:43");
    n.job->cancel();
    n.until("02:50");
    CHECK(n.why("02:40") ==
          "02:40 ran: it started on time, attempt 1 failed (Connection reset by peer), and the "
          "retry due at 02:46 was given up, because the run ended at 02:43 (cancelled).");
}

TEST_CASE("history explains: the last of several attempts")
{
    night n{{.retries = 1}};
    auto const what = GENERATE(0, 1, 2);
    n.takes("02:20", 1min, connection_lost);
    n.attempt_takes("02:20", 1, 1min, what == 0 ? no_such_table : what == 1 ? nothing_to_do : nullptr);
    n.start().until("02:26:30");
    if (what == 2)
        n.job->cancel();
    n.until("02:30");
    CHECK(n.why("02:20") == std::string{"02:20 ran: it started on time and "} +
                                (what == 0 ? "failed at 02:27 in attempt 2 (no such table)."
                                 : what == 1
                                     ? "was skipped by its body at 02:27 in attempt 2 (the queue is empty)."
                                     : "was cancelled at 02:26:30 in attempt 2."));
}

TEST_CASE("history explains: slots that one iteration stands for")
{
    night n;
    n.takes("02:20", 21min).takes("02:40", 1min, connection_lost).start().until("02:41:30");
    CHECK(n.why("02:30") ==
          "02:30 got no iteration of its own: coalesced into the one of 02:40, which is still "
          "running; the one of 02:20 ran until 02:41.");
    CHECK(n.why("02:40") ==
          "02:40 is still running, also for the slot before it: it started at 02:41, 1min late, "
          "because the one of 02:20 ran until then.");
    n.until("02:43");
    CHECK(n.why("02:30") ==
          "02:30 got no iteration of its own: coalesced into the one of 02:40, which is being "
          "retried; the one of 02:20 ran until 02:41.");
    n.attempt_takes("02:40", 1, 1min, no_such_table).until("02:49");
    CHECK(n.why("02:30") ==
          "02:30 got no iteration of its own: coalesced into the one of 02:40, which failed (no "
          "such table); the one of 02:20 ran until 02:41.");
}

TEST_CASE("history explains: slots whose iteration has been forgotten")
{
    night n{{}, 2};
    n.takes("02:20", 21min).start().until("03:15");
    CHECK(n.why("02:30") ==
          "02:30 got no iteration of its own: coalesced into the one that started at 02:41.");
}

TEST_CASE("history explains: slots without an iteration, by cause")
{
    SECTION("busy")
    {
        night n{{.missed = tasks::missed::forbid}};
        n.takes("02:20", 11min).start().until("02:45");
        CHECK(n.why("02:30") == "02:30 got no iteration: missed (busy); the one of 02:20 ran until 02:31.");
    }
    SECTION("skipped")
    {
        night n{{.missed = tasks::missed::skip}};
        n.takes("02:20", 35min).start().until("03:05");
        CHECK(n.why("02:40") ==
              "The 3 slots from 02:30 to 02:50 got no iteration: missed (skipped), because more "
              "than one slot was overdue at 02:55; the one of 02:20 ran until 02:55.");
    }
    SECTION("dropped")
    {
        night n{{.missed = tasks::missed::catch_up(2)}};
        n.takes("02:20", 45min).start().until("03:15");
        CHECK(n.why("02:35") == "02:30 and 02:40 got no iteration: missed (dropped), because more slots were "
                                "overdue at 03:05 than may be caught up; the one of 02:20 ran until 03:05.");
        CHECK(n.why("03:00") ==
              "03:00 ran: it started at 03:05, 5min late, because the one of 02:50 ran until "
              "then, and succeeded after less than 1ms.");
    }
    SECTION("rescheduled")
    {
        night n;
        n.takes("02:20", 1h).start().until("02:36");
        n.job->change_interval(tasks::aligned(1h));
        n.until("04:00");
        CHECK(n.why("02:30") ==
              "02:30 got no iteration: missed (rescheduled), because the schedule was replaced "
              "at 02:36; the one of 02:20 ran until 03:20.");
    }
    SECTION("ended")
    {
        night n;
        n.takes("02:20", 16min, no_such_table).start().until("02:45");
        CHECK(n.why("02:30") ==
              "02:30 got no iteration: missed (ended), because the run ended at 02:36 (failed: "
              "no such table); the one of 02:20 ran until 02:36.");
    }
    SECTION("ended, and the after hook still runs")
    {
        night n;
        n.job->after_loop([]() -> task { co_await pause(1h); });
        n.takes("02:20", 16min, no_such_table).start().until("02:45");
        CHECK(n.why("02:30") ==
              "02:30 got no iteration: missed (ended), because the run was ending; the one of "
              "02:20 ran until 02:36.");
    }
    SECTION("paused")
    {
        night n;
        n.start().until("02:25");
        n.job->pause();
        n.until("03:05");
        CHECK(n.why("02:40") ==
              "02:20 ran: it started on time and succeeded after less than 1ms; no later slot "
              "has been decided yet.");
        n.job->resume();
        n.until("03:06");
        CHECK(n.why("02:40") ==
              "The 4 slots from 02:30 to 03:00 got no iteration: missed (paused), because the "
              "loop was paused.");
    }
    SECTION("late")
    {
        night n{{.grace = 5min}};
        n.takes("02:20", 16min).start().until("02:45");
        CHECK(n.why("02:30") == "02:30 got no iteration: missed (late), because the grace period was over at "
                                "02:36; the one of 02:20 ran until 02:36.");
    }
}

TEST_CASE("history explains: slots that were overdue while nothing was in flight")
{
    night n;
    n.start().until("02:25");
    n.s.time.step_wall_clock(11min);
    SECTION("the schedule is replaced")
    {
        n.job->change_interval(tasks::aligned(1h));
        n.until("02:37");
        CHECK(n.why("02:30") ==
              "02:30 got no iteration: missed (rescheduled), because the schedule was replaced at 02:36.");
    }
    SECTION("the run ends")
    {
        n.job->stop();
        n.until("02:37");
        CHECK(n.why("02:30") ==
              "02:30 got no iteration: missed (ended), because the run ended at 02:36 (stopped, "
              "or nothing was left to do).");
    }
}

TEST_CASE("history explains: a pause, whatever was in flight")
{
    night n;
    n.takes("02:20", 25min).start().until("02:25");
    n.job->pause();
    n.until("02:35");
    n.job->resume();
    n.until("02:46");
    CHECK(n.why("02:30") == "02:30 got no iteration: missed (paused), because the loop was paused.");
}

TEST_CASE("history explains: slots that were coalesced in the second run, whose numbers begin anew")
{
    night n;
    n.start().until("02:35");
    n.job->restart();
    n.takes("02:40", 21min).until("03:05");
    CHECK(n.why("02:50") ==
          "02:50 got no iteration of its own: coalesced into the one of 03:00, which succeeded; "
          "the one of 02:40 ran until 03:01.");
}

TEST_CASE("history explains: which of several iterations a late one waited for")
{
    tasks::options o;
    o.overlap = 2;
    night n{o};
    n.takes("02:10", 1h).takes("02:20", 12min).start().until("04:00");
    CHECK(n.why("02:30") == "02:30 ran: it started at 02:32, 2min late, because the one of 02:20 ran until "
                            "then, and succeeded after "
                            "less than 1ms.");
}

TEST_CASE("history explains: an iteration that its run has abandoned is in the way until another run begins")
{
    virtual_context s{tonight("02:00")};
    captured_log log;
    tasks::history recent{50};
    int bodies = 0;
    tasks::options o{.every = tasks::aligned(10min), .missed = tasks::missed::forbid, .name = "job"};
    tasks::loop<> loop{s.io, std::move(o), [&]() -> task {
                           if (++bodies == 2) {
                               s.time.suspend(25min);
                               co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(
                                   [](auto handler) { static_cast<void>(handler); }, asio::use_awaitable);
                           }
                       }};
    loop.observe(recent).start();
    s.time.advance(1h);
    CHECK(recent.explain("job", tonight("02:30"))
              .starts_with("02:30 and 02:40 got no iteration: missed (ended), because the run ended at 02:45 "
                           "(failed: "));
    CHECK(recent.explain("job", tonight("02:30")).ends_with("; the one of 02:20 never ended."));
    loop.start();
    s.time.advance(15min);
    CHECK(recent.explain("job", tonight("02:30")).ends_with("; the one of 02:20 never ended."));
}

TEST_CASE("history explains: the moment at which a late slot was given up")
{
    night n{{.missed = tasks::missed::skip}};
    n.start().until("02:25");
    n.s.time.suspend(1h);
    n.until("03:26");
    CHECK(n.why("02:30") ==
          "The 6 slots from 02:30 to 03:20 got no iteration: missed (skipped), because more than "
          "one slot was overdue at 03:25; no iteration was in flight then, so the machine may "
          "have been busy or suspended.");
}

TEST_CASE("history explains: a number of slots that is a lower bound")
{
    night n{{.every = tasks::aligned(1ms)}};
    n.start().until("02:00:01");
    n.s.time.suspend(1min);
    n.s.time.run_until_idle();
    CHECK(n.why("02:00:30") ==
          "At least 10000 slots from 02:00:01.001 to 02:01:00.999 got no iteration of their own: "
          "coalesced into the one of 02:01:01, which succeeded; no iteration was in flight "
          "then, so the machine may have been busy or suspended.");
    CHECK(n.why("02:01:01") ==
          "02:01:01 ran, also for the 10000 or more slots before it: it started on time and "
          "succeeded after less than 1ms.");
}

TEST_CASE("history explains: several iterations in flight")
{
    tasks::options o{.missed = tasks::missed::forbid};
    o.overlap = GENERATE(2, 3);
    night n{o};
    n.takes("02:10", 1h).takes("02:20", 1h).takes("02:30", 1h).start().until("04:00");
    if (o.overlap.limit() == 2)
        CHECK(n.why("02:40") ==
              "The 4 slots from 02:30 to 03:00 got no iteration: missed (busy); the one of 02:10 "
              "and the one of 02:20 were in flight.");
    else
        CHECK(n.why("02:40") ==
              "The 3 slots from 02:40 to 03:00 got no iteration: missed (busy); 3 others were in "
              "flight, the first since 02:10.");
}

TEST_CASE("history explains: a request")
{
    night n;
    n.start().until("02:34");
    n.job->trigger();
    n.until("02:35");
    CHECK(n.why("02:35") ==
          "02:34 was a request, not a slot: it started on time and succeeded after less than "
          "1ms; no later slot has been decided yet.");
    n.takes("02:45", 10min).until("02:45");
    n.job->trigger();
    n.until("02:47");
    CHECK(n.why("02:45") == "02:45 was a request, not a slot: it started on time, and is still running.");
    n.until("03:05");
    CHECK(n.why("02:50") ==
          "02:50 ran: it started at 02:55, 5min late, because the one requested at 02:45 ran "
          "until then, and succeeded after less than 1ms.");
}

TEST_CASE("history explains: a slot precedes a request for the same moment")
{
    night n;
    n.start().until("02:25");
    n.job->pause();
    n.until("02:30");
    n.job->trigger();
    n.until("02:33");
    CHECK(n.why("02:30") ==
          "02:30 was a request, not a slot: it started on time and succeeded after less than "
          "1ms.");
    n.job->resume();
    n.until("02:36");
    CHECK(n.why("02:30") == "02:30 got no iteration: missed (paused), because the loop was paused.");
}

TEST_CASE("history explains: a grid that begins anew under missed::delay")
{
    night n{{.every = 10min, .missed = tasks::missed::delay}};
    n.takes("02:10", 35min).start().until("03:00");
    CHECK(n.why("02:30") ==
          "The 3 slots from 02:20 to 02:40 got no iteration of their own: coalesced into the one "
          "of 02:45, which succeeded; the one of 02:10 ran until 02:45.");
    CHECK(n.why("02:45") ==
          "02:45 ran, in place of the 3 slots before it: it started on time and succeeded after "
          "less than 1ms.");
}

TEST_CASE("history explains: an instant at which there was no run")
{
    night n;
    n.takes("02:10", 5min, no_such_table).start().until("02:17");
    CHECK(n.why("01:59") == "No run was in progress at 01:59: the first one began at 02:00.");
    CHECK(n.why("02:16") ==
          "No run was in progress at 02:16: the last one had ended at 02:15 (failed: no such "
          "table).");
    n.start().until("02:25");
    n.job->stop();
    n.until("02:27");
    CHECK(n.why("02:16") ==
          "No run was in progress at 02:16: the last one had ended at 02:15 (failed: no such "
          "table), and the next one began at 02:17.");
    CHECK(n.why("02:26") ==
          "No run was in progress at 02:26: the last one had ended at 02:25 (stopped, or nothing "
          "was left to do).");
    CHECK(n.why("02:23") == "02:20 ran: it started on time and succeeded after less than 1ms.");
}

TEST_CASE("history explains: an instant before the first slot of a run")
{
    night n;
    n.start().until("02:07");
    CHECK(n.why("02:05") ==
          "The run that began at 02:00 had no slot up to 02:05, or it has not been decided yet.");
    n.until("02:12");
    CHECK(n.why("02:05") == "The run that began at 02:00 had no slot up to 02:05; its first one was 02:10.");
    n.job->restart();
    n.until("02:15");
    n.job->stop();
    n.until("02:16");
    CHECK(n.why("02:14") == "The run that began at 02:12 had no slot up to 02:14.");
    n.start().until("02:30");
    CHECK(n.why("02:14") ==
          "The run that began at 02:12 had no slot up to 02:14."); // 02:20 is of the next one
}

TEST_CASE("history explains: an iteration whose loop was destroyed")
{
    night n;
    n.takes("02:20", 6min).takes("02:30", 1h).start().until("02:35");
    n.job.reset();
    CHECK(n.why("02:30") == "02:30 is still running: it started on time."); // nobody has told it
    tasks::loop<> other{n.s.io, {.every = tasks::aligned(10min), .name = "job"}, [] {}};
    other.observe(n.recent).start();
    n.until("02:36");
    CHECK(n.why("02:30") ==
          "02:30 never ended: it started on time, and then the loop, or the operation that it "
          "awaited, was destroyed.");
    CHECK(n.why("02:37") ==
          "The run that began at 02:35 had no slot up to 02:37, or it has not been decided yet.");
}

TEST_CASE("history explains: an iteration that never ended is not in the way of a later run")
{
    night n;
    n.takes("02:20", 1h).start().until("02:25");
    n.job.reset();
    tasks::loop<> other{n.s.io,
                        {.every = tasks::aligned(10min), .missed = tasks::missed::forbid, .name = "job"},
                        [] { return pause(25min); }};
    other.observe(n.recent).start();
    n.until("03:45");
    CHECK(n.why("02:50") ==
          "02:40 and 02:50 got no iteration: missed (busy); the one of 02:30 ran until 02:55.");
    other.cancel();
    n.until("03:46");
    CHECK(n.why("03:40") == "03:40 got no iteration: missed (ended), because the run ended at 03:45 "
                            "(cancelled); the one of 03:30 "
                            "ran until 03:45.");
}

TEST_CASE("history explains: a request made before the first step of a run")
{
    night n;
    n.start();
    CHECK(n.job->trigger());
    n.s.time.suspend(1min);
    n.until("02:05");
    CHECK(n.why("02:03") == "02:00 was a request, not a slot: it started at 02:01, 1min late, and succeeded "
                            "after less than 1ms; no "
                            "later slot has been decided yet.");
}

TEST_CASE("history explains: until when another iteration ran, if that is not the start of the late one")
{
    tasks::history recent{50};
    recent.on_run_started({.loop = "job", .restarted = false, .when = tonight("02:00")});
    auto const run = [&](std::string const& slot, std::string const& start, std::string const& end) {
        tasks::iteration const it{
            .slot = tonight(slot), .start = tonight(start), .lateness = tonight(start) - tonight(slot)};
        recent.on_attempt_begun({.loop = "job", .it = it});
        recent.on_attempt_ended({.loop = "job",
                                 .it = it,
                                 .what = tasks::outcome::succeeded,
                                 .exception = nullptr,
                                 .duration = tonight(end) - tonight(start),
                                 .when = tonight(end)});
    };
    run("02:20", "02:20", "02:31");
    run("02:30", "02:35", "02:36");
    CHECK(
        recent.explain("job", tonight("02:30")) ==
        "02:30 ran: it started at 02:35, 5min late, because the one of 02:20 ran until 02:31, and succeeded "
        "after 1min.");
}

TEST_CASE("history explains: what has been forgotten")
{
    night n{{}, 3};
    n.start().until("03:00:30");
    CHECK(n.why("02:30") ==
          "What became of 02:30 is not remembered any more; the history goes back to 02:40.");
    CHECK(n.why("01:00") ==
          "What became of 01:00 is not remembered any more; the history goes back to 02:40.");
    CHECK(n.why("02:39") ==
          "What became of 02:39 is not remembered any more; the history goes back to 02:40.");
    CHECK(n.why("02:45") == "02:40 ran: it started on time and succeeded after less than 1ms.");
}

TEST_CASE("history explains: slots that are remembered between some that are forgotten")
{
    night n{{.missed = tasks::missed::forbid}, 3};
    n.takes("02:20", 15min).start().until("03:15");
    CHECK(n.why("02:30") ==
          "02:30 got no iteration: missed (busy), because no further iteration could start.");
    CHECK(n.why("02:35") ==
          "What became of 02:35 is not remembered any more; the history goes back to 02:50.");
    CHECK(n.why("02:50") == "02:50 ran: it started on time and succeeded after less than 1ms.");
}

TEST_CASE("history explains: slots without an iteration are forgotten, too")
{
    night n{{}, 2};
    n.start();
    for (auto const* const end : {"02:15", "02:25", "02:35"}) {
        n.job->pause();
        n.until(end);
        n.job->resume();
        n.s.time.run_until_idle();
    }
    CHECK(n.why("02:10") ==
          "What became of 02:10 is not remembered any more; the history goes back to 02:20.");
    CHECK(n.why("02:20") == "02:20 got no iteration: missed (paused), because the loop was paused.");
}

TEST_CASE("history explains: runs are forgotten, too")
{
    night n{{}, 2};
    for (auto const* const begin : {"02:02", "02:04", "02:06"}) {
        n.until(begin).start().s.time.advance(1min);
        n.job->stop();
    }
    n.s.time.run_until_idle();
    CHECK(n.why("02:02") ==
          "What became of 02:02 is not remembered any more; the history begins after 02:03.");
    CHECK(n.why("02:04") == "The run that began at 02:04 had no slot up to 02:04.");
    CHECK(n.why("02:05") ==
          "No run was in progress at 02:05: the last one had ended at 02:05 (stopped, or nothing "
          "was left to do), and the next one began at 02:06.");
}

TEST_CASE("history explains: a name that it does not know")
{
    night n;
    CHECK(n.why("02:00") == "No loop has run yet.");
    n.start().until("02:01");
    CHECK(n.recent.explain("jobs", tonight("02:00")) == "No loop named \"jobs\" has run, only \"job\".");
    tasks::loop<> clean{n.s.io, {.every = 1s, .name = "clean"}, [] {}};
    tasks::loop<> unnamed{n.s.io, 1s, [] {}};
    clean.observe(n.recent).start();
    unnamed.observe(n.recent).start();
    n.until("02:02");
    CHECK(n.recent.explain("jobs", tonight("02:00")) ==
          "No loop named \"jobs\" has run, only \"\", \"clean\" and \"job\".");
}

TEST_CASE("history explains: an error in several lines becomes one")
{
    night n;
    n.takes("02:10", 1s, [] { throw std::runtime_error{"line 1\nline 2\tend"}; }).start().until("02:11");
    CHECK(n.why("02:10") == "02:10 ran: it started on time and failed after 1s (line 1 line 2 end).");
    CHECK(n.why("02:11") ==
          "No run was in progress at 02:11: the last one had ended at 02:10:01 (failed: line 1 "
          "line 2 end).");
}

TEST_CASE("history explains: instants on another day have a date")
{
    night n{{}, 500};
    n.takes("02:10", 30h).start();
    n.s.time.advance(48h);
    CHECK(n.why("02:20").ends_with("; the one of 02:10 ran until 2024-01-16 08:10."));
    CHECK(n.recent.explain("job", tonight("02:00") + 24h)
              .starts_with("The 179 slots from 2024-01-15 02:20 to 08:00 got no iteration of their own"));
}

TEST_CASE("history explains: in a zone, given once or with the question")
{
    night n;
    n.start().until("02:12");
    auto const india = tasks::time_zone::fixed(5h + 30min);
    CHECK(n.recent.explain("job", tonight("02:10"), india).starts_with("07:40 ran"));
    tasks::history there{1, india};
    there.on_run_started({.loop = "job", .restarted = false, .when = tonight("20:00")});
    CHECK(there.explain("job", tonight("19:59")) ==
          "No run was in progress at 01:29: the first one began at 01:30.");
    CHECK(there.explain("job", tonight("18:29")) ==
          "No run was in progress at 23:59: the first one began at 2024-01-16 01:30.");
}

TEST_CASE("history explains: an instant with another offset from UTC shows it")
{
    auto const berlin = tasks::time_zone::named("CET-1CEST,M3.5.0,M10.5.0/3");
    tasks::history recent{50};
    recent.on_run_started({.loop = "job", .restarted = false, .when = utc("2024-10-27T00:30:00Z")});
    recent.on_run_ended({.loop = "job",
                         .reason = tasks::exit_reason::completed,
                         .exception = nullptr,
                         .when = utc("2024-10-27T00:30:00Z")});
    CHECK(recent.explain("job", utc("2024-10-27T01:30:00Z"), berlin) ==
          "No run was in progress at 02:30: the last one had ended at 02:30 (+02:00) (stopped, or nothing "
          "was left "
          "to do).");
}

TEST_CASE("history explains: seconds and fractions where they matter")
{
    night n{{.every = tasks::aligned(250ms)}};
    n.start().until("02:00:02");
    auto const at = [&](std::chrono::milliseconds t) {
        return n.recent.explain("job", tonight("02:00") + t);
    };
    CHECK(at(500ms) == "02:00:00.5 ran: it started on time and succeeded after less than 1ms.");
    CHECK(at(760ms) == "02:00:00.75 ran: it started on time and succeeded after less than 1ms.");
    CHECK(at(1000ms) == "02:00:01 ran: it started on time and succeeded after less than 1ms.");
}

TEST_CASE("history explains: fractions matter if a slot has one, and not because an iteration's end has one")
{
    night n{{.missed = tasks::missed::forbid}};
    n.takes("02:20", 11min + 250ms).start().until("02:45");
    CHECK(n.why("02:30") == "02:30 got no iteration: missed (busy); the one of 02:20 ran until 02:31.");

    night fast{{.every = tasks::aligned(250ms)}};
    fast.start().s.time.advance(750ms);
    fast.s.time.suspend(1350ms);
    fast.s.time.advance(400ms); // at 02:00:02.5
    fast.s.time.suspend(1800ms);
    fast.s.time.run_until_idle();
    CHECK(
        has(fast.recent.explain("job", tonight("02:00:01")), "The 4 slots from 02:00:01 to 02:00:01.75 got"));
    CHECK(
        has(fast.recent.explain("job", tonight("02:00:03")), "The 6 slots from 02:00:02.75 to 02:00:04 got"));
}

TEST_CASE("history explains: durations, no more exactly than matters")
{
    using tasks::detail::rough_duration;
    CHECK(rough_duration(0s) == "less than 1ms");
    CHECK(rough_duration(999'999ns) == "less than 1ms");
    CHECK(rough_duration(1ms) == "1ms");
    CHECK(rough_duration(999'999us) == "999ms");
    CHECK(rough_duration(1s) == "1s");
    CHECK(rough_duration(1'059ms) == "1.05s");
    CHECK(rough_duration(59'999ms) == "59.99s");
    CHECK(rough_duration(12'300ms) == "12.3s");
    CHECK(rough_duration(1min) == "1min");
    CHECK(rough_duration(59min + 59s + 999ms) == "59min 59s");
    CHECK(rough_duration(1h) == "1h");
    CHECK(rough_duration(23h + 59min + 59s) == "23h 59min");
    CHECK(rough_duration(24h) == "1d");
    CHECK(rough_duration(53h + 59min) == "2d 5h");
}

TEST_CASE("history explains: the earliest and the latest instant")
{
    night n;
    n.start().until("02:12");
    auto const zone = tasks::time_zone::fixed(GENERATE(0h, 23h, -23h));
    CHECK(
        n.recent.explain("job", (tasks::time_point::min)(), zone).starts_with("No run was in progress at "));
    CHECK(n.recent.explain("job", (tasks::time_point::max)(), zone)
              .ends_with("no later slot has been decided yet."));
}
