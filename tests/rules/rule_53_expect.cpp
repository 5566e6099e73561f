// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/fake_clock.hpp"
#include "support/thrown.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/loop_ref.hpp>

#include <functional>
#include <memory>
#include <string>

using namespace test;

namespace {

/// A loop that succeeds while `well` is true, with a note of each `overdue`.
struct expected_loop : virtual_context {
    explicit expected_loop(tasks::options o)
        : loop{io, std::move(o), [this]() -> task {
                   co_await pause(1s);
                   if (!well)
                       throw tasks::skipped{};
               }}
    {
        loop.observe(*this);
    }
    void on_overdue(tasks::overdue const& e)
    {
        note("overdue since " + when(e.since) + (e.succeeded ? "" : " (start)"));
        CHECK(e.expected == 60s);
        CHECK(e.loop == loop.name());
        CHECK(loop.is_overdue());
        if (then)
            then();
    }

    bool well = true;
    std::function<void()> then;
    tasks::loop<> loop;
};

} // namespace

TEST_CASE("rule 53: no success for as long as expected is overdue, told once, and again after a success")
{
    expected_loop s{{.every = 10s, .expect = 60s, .name = "job"}};
    s.loop.start();
    s.time.advance(100s);
    CHECK(s.trace().empty());
    CHECK(!s.loop.is_overdue());
    s.well = false; // the last success was at 91s
    s.time.advance(300s);
    CHECK(s.trace() == "151s overdue since 91s");
    CHECK(s.loop.is_overdue());
    s.well = true;
    s.time.advance(10s);
    CHECK(!s.loop.is_overdue());
    s.well = false; // the last success was at 401s
    s.time.advance(100s);
    CHECK(s.trace() == "461s overdue since 401s");
}

TEST_CASE("rule 53: a run that never succeeds counts from its start")
{
    expected_loop s{{.every = 10s, .expect = 60s}};
    s.well = false;
    s.time.advance(1000s);
    CHECK(!s.loop.is_overdue()); // there is no run
    s.loop.start();
    s.time.advance(59s);
    CHECK(!s.loop.is_overdue());
    s.time.advance(1s);
    CHECK(s.trace() == "1060s overdue since 1000s (start)");
}

TEST_CASE("rule 53: a body that hangs is overdue")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .expect = 60s}, [] { return pause(1h); }};
    loop.start();
    s.time.advance(60s);
    CHECK(loop.is_overdue());
    s.time.advance(1h - 30s);
    CHECK(!loop.is_overdue());
}

TEST_CASE("rule 53: is_overdue() answers even if the executor does not run")
{
    asio::io_context stuck;
    fake_clock clock;
    auto const queue = tasks::detail::timer_queue::of(stuck.get_executor());
    queue->use(&clock);
    {
        tasks::loop<> loop{stuck, {.every = 10s, .expect = 60s}, [] {}};
        tasks::loop_ref const ref{loop};
        loop.start();
        CHECK(!loop.is_overdue());
        clock.reading.steady += 60s;
        CHECK(loop.is_overdue());
        CHECK(ref.status()->overdue);
        CHECK(ref.status()->expect == 60s);
        CHECK(ref.status()->state == tasks::loop_state::starting);
    }
    queue->use(nullptr);
}

TEST_CASE("rule 53: the end of a run ends the expectation, a restart does not")
{
    expected_loop s{{.every = 10s, .expect = 60s}};
    s.loop.start();
    s.time.advance(5s); // the last success was at 1s
    s.well = false;
    s.time.advance(25s);
    s.loop.restart();
    s.time.advance(30s);
    CHECK(s.trace().empty());
    s.time.advance(1s);
    CHECK(s.trace() == "61s overdue since 1s");
    s.loop.restart();
    s.time.advance(1s);
    CHECK(s.loop.is_overdue());
    s.loop.stop();
    s.time.advance(1s);
    CHECK(!s.loop.is_overdue());
    s.time.advance(1000s);
    CHECK(s.trace().empty()); // nothing more
    s.loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "1123s overdue since 1063s (start)");
}

TEST_CASE("rule 53: a pause does not count, and a success takes its time after it")
{
    expected_loop s{{.every = 10s, .expect = 60s}};
    s.loop.start();
    s.time.advance(5s); // the last success was at 1s
    s.well = false;
    s.loop.pause();
    s.time.advance(500s);
    CHECK(!s.loop.is_overdue());
    CHECK(s.trace().empty());
    s.loop.resume(); // at 505s
    CHECK(!s.loop.is_overdue());
    s.time.advance(59s);
    CHECK(s.trace().empty());
    s.time.advance(1s);
    CHECK(s.trace() == "565s overdue since 1s");
}

TEST_CASE("rule 53: the loop may be destroyed, stopped or restarted where it is told")
{
    auto s = std::make_unique<virtual_context>();
    struct told {
        std::function<void()> then;
        void on_overdue(tasks::overdue const&) { then(); }
    } watch;
    auto loop = std::make_unique<tasks::loop<>>(s->io, tasks::options{.every = 1s, .expect = 60s},
                                                [] { return pause(1h); });
    loop->observe(watch).start();
    SECTION("destroyed")
    {
        watch.then = [&] { loop.reset(); };
        s->time.advance(200s);
        CHECK(!loop);
    }
    SECTION("stopped")
    {
        watch.then = [&] { loop->stop(); };
        s->time.advance(2h);
        CHECK(!loop->is_running());
    }
    SECTION("restarted")
    {
        int times = 0;
        watch.then = [&] {
            ++times;
            loop->restart();
        };
        s->time.advance(200s);
        CHECK(times == 1); // there was no success in between
        CHECK(loop->is_running());
    }
    SECTION("with its context")
    {
        watch.then = [] {};
        s->time.advance(200s);
        s.reset();
        CHECK(!loop->is_running());
    }
}

TEST_CASE("rule 53: the option is 1 ms or more")
{
    virtual_context s;
    CHECK(has(
        thrown<tasks::bad_option>([&] { tasks::loop<> const l{s.io, {.every = 1s, .expect = 0s}, [] {}}; }),
        "expect 0s"));
    CHECK(has(
        thrown<tasks::bad_option>([&] { tasks::loop<> const l{s.io, {.every = 1s, .expect = -1s}, [] {}}; }),
        "expect"));
    tasks::loop<> const most{s.io, {.every = 1s, .expect = std::chrono::nanoseconds::max()}, [] {}};
    CHECK(!most.is_overdue());
}

TEST_CASE("rule 53: a paused loop does not look")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .expect = 60s}, [] {}};
    loop.start();
    s.time.advance(1s);
    loop.pause();
    int looks = 0;
    while (s.time.advance_to_next())
        REQUIRE(++looks < 5);
    loop.resume();
    s.time.advance(10s);
    loop.cancel();
    while (s.time.advance_to_next())
        REQUIRE(++looks < 10);
    CHECK(!loop.is_running());
}
