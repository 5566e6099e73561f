// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"

#include <tasks/group/group.hpp>
#include <tasks/loop/text.hpp>

#include <memory>
#include <stdexcept>
#include <string>

using namespace test;
using tasks::loop_state;

namespace {

/// One loop of a group, whose body does what the test says.
struct watched_loop : virtual_context {
    explicit watched_loop(tasks::options o)
        : loop{io, named(std::move(o)), [this](tasks::iteration const& it) { return body(it); }}
        , jobs{loop}
    {
    }

    [[nodiscard]] static tasks::options named(tasks::options o)
    {
        o.name = "job";
        return o;
    }
    [[nodiscard]] tasks::loop_status status() const { return jobs.snapshot().at(0); }
    /// The state and since when: `waiting since 5s`
    [[nodiscard]] std::string state() const
    {
        auto const s = status();
        return std::string{to_string(s.state)} + " since " + when(s.since);
    }

    std::function<task(tasks::iteration const&)> body = [](tasks::iteration const&) { return pause(2s); };
    tasks::loop<> loop;
    tasks::group jobs;
};

} // namespace

TEST_CASE("snapshot: the states of a run, each with the moment it began")
{
    watched_loop s{{.every = 10s}};
    s.loop.before_loop([] { return pause(1s); }).after_loop([] { return pause(3s); });
    s.time.advance(1s);
    CHECK(s.state() == "idle since 0s");
    s.loop.start();
    CHECK(s.state() == "starting since 1s");
    s.time.advance(0s);
    CHECK(s.state() == "before since 1s");
    s.time.advance(1s); // the first slot
    CHECK(s.state() == "running since 2s");
    s.time.advance(4s);
    CHECK(s.state() == "waiting since 4s");
    s.time.advance(6s); // in the second iteration, 12s to 14s
    s.loop.pause();
    CHECK(s.state() == "running since 12s");
    CHECK(s.status().paused);
    s.time.advance(3s);
    CHECK(s.state() == "paused since 14s");
    s.loop.resume();
    CHECK(s.state() == "waiting since 15s");
    s.time.advance(1s);
    s.loop.stop();
    CHECK(s.state() == "ending since 16s");
    s.time.advance(2s); // in the after hook
    CHECK(s.state() == "ending since 16s");
    s.time.advance(5s);
    CHECK(s.state() == "idle since 19s");
    CHECK(s.status().iterations == 2);
}

TEST_CASE("snapshot: a stopped iteration is ending until it has ended")
{
    watched_loop s{{.every = 10s}};
    s.loop.start();
    s.time.advance(1s);
    s.loop.stop();
    CHECK(s.state() == "ending since 1s");
    CHECK(s.status().in_flight == 1);
    s.time.advance(1s);
    CHECK(s.state() == "idle since 2s");
}

TEST_CASE("snapshot: a retry, its error, and the success that follows")
{
    watched_loop s{{.every = 60s, .backoff = constant_backoff{5s}}};
    s.loop.add_exception_type<std::runtime_error>();
    s.body = [](tasks::iteration const& it) -> task {
        co_await pause(2s);
        if (it.attempt == 0)
            throw std::runtime_error{"no <b>luck</b>"};
    };
    s.loop.start();
    s.time.advance(3s);
    auto now = s.status();
    CHECK(s.state() == "backing off since 2s");
    CHECK(now.in_flight == 1);
    CHECK(now.retries == 1);
    REQUIRE(now.last);
    CHECK(now.last->what == tasks::outcome::failed);
    CHECK(now.last->duration == 2s);
    CHECK(s.when(now.last->began) == "0s");
    REQUIRE(now.error);
    CHECK(now.error->text == "no <b>luck</b>");
    CHECK(s.when(now.error->when) == "2s");
    CHECK(!now.succeeded);
    CHECK(s.when(now.last_success) == "0s");

    s.time.advance(7s);
    now = s.status();
    CHECK(s.state() == "waiting since 9s");
    CHECK(now.succeeded);
    CHECK(s.when(now.last_success) == "9s");
    CHECK(now.last->what == tasks::outcome::succeeded);
    CHECK(now.last->attempt == 1);
    CHECK(s.when(now.last->slot) == "0s");
    CHECK(now.error); // is kept
    CHECK(s.when(now.next) == "60s");
}

TEST_CASE("snapshot: a run that failed")
{
    captured_log const log;
    watched_loop s{{.every = 10s}};
    s.body = [](tasks::iteration const&) -> task { throw std::runtime_error{"bad luck"}; };
    s.loop.start();
    s.time.advance(5s);
    auto const now = s.status();
    CHECK(now.state == loop_state::idle);
    CHECK(now.failed);
    CHECK(now.failures == 1);
    REQUIRE(now.error);
    CHECK(now.error->text == "bad luck");
    CHECK(!now.run_since);
    CHECK(!now.next);
    s.loop.start();
    CHECK(!s.status().failed);
}

TEST_CASE("snapshot: what became of the slots")
{
    watched_loop s{{.every = 10s, .missed = tasks::missed::forbid}};
    s.body = [](tasks::iteration const& it) { return pause(it.number == 0 ? 35s : 1s); };
    s.loop.start();
    s.time.advance(41s);
    s.loop.trigger();
    s.time.advance(1s);
    auto const now = s.status();
    CHECK(now.ran == 2);
    CHECK(now.requested == 1);
    CHECK(now.missed_by(tasks::miss_cause::busy) == 3);
    CHECK(now.missed_by(tasks::miss_cause::late) == 0);
    CHECK(now.iterations == 3);
    CHECK(s.when(now.run_since) == "0s");
    CHECK(now.name == "job");
    CHECK(now.schedule == to_string(s.loop.every()));
}

TEST_CASE("snapshot: a restart keeps the last success, a start does not")
{
    watched_loop s{{.every = 10s}};
    s.loop.start();
    s.time.advance(5s); // succeeded at 2s
    s.body = [](tasks::iteration const&) -> task { throw tasks::skipped{}; };
    s.loop.restart();
    s.time.advance(1s);
    CHECK(s.when(s.status().last_success) == "2s");
    CHECK(s.status().succeeded);
    CHECK(s.when(s.status().run_since) == "5s");
    s.loop.stop();
    s.time.advance(1s);
    s.loop.start();
    s.time.advance(1s);
    CHECK(s.when(s.status().last_success) == "7s");
    CHECK(!s.status().succeeded);
}

TEST_CASE("snapshot: a loop that is added in the middle of a run")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .name = "late"}, [] { return pause(4s); }};
    loop.start();
    s.time.advance(12s); // in the second iteration
    tasks::group const jobs{loop};
    auto now = jobs.snapshot().at(0);
    CHECK(now.state == loop_state::running);
    CHECK(now.iterations == 2);
    CHECK(now.in_flight == 1);
    s.time.advance(3s);
    now = jobs.snapshot().at(0);
    CHECK(now.state == loop_state::waiting);
    CHECK(!now.last); // its beginning was not seen
    CHECK(now.succeeded);
    CHECK(s.when(now.last_success) == "14s");
    s.time.advance(10s);
    now = jobs.snapshot().at(0);
    REQUIRE(now.last);
    CHECK(now.last->number == 2);
    CHECK(now.last->duration == 4s);
    CHECK(s.when(now.last->slot) == "20s");
}

TEST_CASE("snapshot: a loop that is added in its before hook")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .name = "early"}, [] { return pause(4s); }};
    loop.before_loop([] { return pause(5s); });
    loop.start();
    s.time.advance(3s);
    tasks::group const jobs{loop};
    CHECK(jobs.snapshot().at(0).state == loop_state::before);
    s.time.advance(3s);
    CHECK(jobs.snapshot().at(0).state == loop_state::running);
}

TEST_CASE("snapshot: a loop without a pause is seen as soon as it is added")
{
    virtual_context s;
    int runs = 0;
    tasks::loop<> loop{s.io, {.every = 0s, .count = 1000, .name = "busy"}, [&] { ++runs; }};
    std::unique_ptr<tasks::group> jobs;
    loop.start();
    s.io.poll_one();
    s.io.poll_one();
    CHECK(runs > 0);
    jobs = std::make_unique<tasks::group>(loop);
    auto const before = static_cast<std::uint64_t>(runs);
    s.time.advance(0s);
    auto const now = jobs->snapshot().at(0);
    CHECK(now.iterations == 1000);
    CHECK(now.ran == 1000 - before);
}

TEST_CASE("snapshot: with overlap, the loop is running while anything is in flight")
{
    watched_loop s{{.every = 10s, .overlap = tasks::overlap{2}}};
    s.body = [](tasks::iteration const&) { return pause(15s); };
    s.loop.start();
    s.time.advance(5s);
    CHECK(s.state() == "running since 0s");
    s.time.advance(7s);
    CHECK(s.status().in_flight == 2);
    CHECK(s.state() == "running since 0s");
}

TEST_CASE("snapshot: an exception of the schedule is the last error")
{
    struct broken {
        std::optional<tasks::time_point> next(tasks::time_point after) const
        {
            if (after > start)
                throw std::runtime_error{"no more"};
            return after + 1s;
        }
        tasks::time_point start;
    };
    captured_log const log;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = broken{s.time.now()}, .name = "broken"}, [] {}};
    tasks::group const jobs{loop};
    loop.start();
    s.time.advance(5s);
    auto const now = jobs.snapshot().at(0);
    CHECK(now.failed);
    REQUIRE(now.error);
    CHECK(now.error->text == "no more");
}

TEST_CASE("snapshot: with overlap, the loop is backing off while all that is in flight waits for its retry")
{
    watched_loop s{{.every = 10s, .backoff = constant_backoff{20s}, .overlap = tasks::overlap{2}}};
    s.loop.add_exception_type<std::runtime_error>();
    s.body = [](tasks::iteration const& it) -> task {
        co_await pause(it.number == 0 ? 1s : 5s);
        if (it.number == 0 && it.attempt == 0)
            throw std::runtime_error{"again"};
    };
    s.loop.start();
    s.time.advance(5s);
    CHECK(s.state() == "backing off since 1s");
    s.time.advance(6s);
    CHECK(s.state() == "running since 10s");
    s.time.advance(6s);
    CHECK(s.state() == "backing off since 15s");
    s.loop.cancel();
    s.time.advance(1s);
    CHECK(s.state() == "idle since 17s");
    s.body = [](tasks::iteration const&) { return pause(1s); };
    s.loop.start();
    s.time.advance(1s);
    CHECK(s.state() == "waiting since 19s");
}
