// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/noted_loop.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

/// Notes outcomes with their exception: `0s skipped(queue empty)`.
struct outcomes : run_log {
    void on_attempt_ended(tasks::attempt_ended const& e) const
    {
        s.note(std::string{to_string(e.what)} + (e.exception ? "(" + tasks::what(e.exception) + ")" : ""));
    }
    void on_retry(tasks::retry_scheduled const&) const { s.note("retry"); }
};

struct nothing_new : tasks::skipped {
    nothing_new()
        : tasks::skipped{"nothing new"}
    {
    }
};

} // namespace

TEST_CASE("rule 38: a body that throws skipped ends its iteration without failure")
{
    captured_log const log;
    virtual_context s;
    outcomes told{{s}};
    auto const on_error = GENERATE(tasks::on_error::end_run, tasks::on_error::next_slot);
    tasks::loop<> loop{
        s.io, {.every = 10s, .count = 3, .on_error = on_error}, [&](tasks::iteration const& it) {
            if (it.number == 1)
                throw tasks::skipped{"queue empty"};
        }};
    loop.observe(told).error([&](std::exception_ptr const&) { s.note("error"); });
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 0s succeeded, 10s skipped(queue empty), 20s succeeded, 20s ended(completed)");
    CHECK(!loop.failed());
    CHECK(!loop.last_error());
    CHECK(log.lines.empty());
}

TEST_CASE("rule 38: a type derived from it counts, and one that is thrown after a suspension")
{
    virtual_context s;
    outcomes told{{s}};
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1}, []() -> task {
                           co_await pause(1s);
                           throw nothing_new{};
                       }};
    loop.observe(told);
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 1s skipped(nothing new), 1s ended(completed)");
    CHECK(tasks::what(std::make_exception_ptr(tasks::skipped{})) == "nothing to do");
}

TEST_CASE("rule 38: there is no retry, whatever is handled")
{
    noted_loop f{{.every = 10s, .count = 2, .backoff = constant_backoff{1s}}};
    f.loop.add_exception_type<std::exception>();
    f.loop.add_exception_type<tasks::skipped>();
    f.loop.retry_if([](std::exception_ptr const&) { return true; });
    f.then = [](tasks::iteration const&) { throw tasks::skipped{}; };
    f.start();
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 10s 10s");
    CHECK(f.slots() == "0s ran, 10s ran");
}

TEST_CASE("rule 38: also at a retry, and without any retries")
{
    auto const retries = GENERATE(std::optional<std::int64_t>{}, std::optional<std::int64_t>{1});
    noted_loop f{{.every = 10s, .count = 1, .backoff = constant_backoff{1s}, .retries = retries}};
    f.then = [](tasks::iteration const& it) {
        if (it.attempt == 0)
            connection_lost();
        throw tasks::skipped{};
    };
    f.start();
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 1s 0s#1");
    CHECK(!f.loop.failed());

    noted_loop g{{.every = 10s, .count = 1, .reconnect = false}};
    g.then = [](tasks::iteration const&) { throw tasks::skipped{}; };
    g.start();
    g.advance(1s);
    CHECK(!g.loop.failed());
    CHECK(!g.loop.is_running());
}

TEST_CASE("rule 38: failures() does not change")
{
    noted_loop f{{.every = 10s, .on_error = tasks::on_error::next_slot}};
    f.loop.error([](std::exception_ptr const&) {});
    std::string seen;
    f.first = [&](tasks::iteration const&) { seen += std::to_string(f.loop.failures()) + " "; };
    f.then = [](tasks::iteration const& it) {
        if (it.number == 0 || it.number == 2)
            throw std::runtime_error{"boom"};
        if (it.number == 1 || it.number == 3)
            throw tasks::skipped{};
    };
    f.start();
    f.advance(45s);
    CHECK(seen == "0 1 1 2 2 ");
    CHECK(f.loop.failures() == 0);
    CHECK(tasks::what(f.loop.last_error()) == "boom");
}

TEST_CASE("rule 38: after cancel() it ends the iteration like a return")
{
    captured_log const log;
    virtual_context s;
    outcomes told{{s}};
    tasks::loop<> loop{s.io, 10s, [&]() -> task {
                           try {
                               co_await pause(5s);
                           } catch (tasks::system_error const&) {
                               s.note("caught");
                           }
                           throw tasks::skipped{"enough"};
                       }};
    loop.observe(told).error([&](std::exception_ptr const&) { s.note("error"); });
    loop.start();
    s.time.advance(1s);
    loop.cancel();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 1s caught, 1s skipped(enough), 1s ended(cancelled)");
    CHECK(!loop.failed());
    CHECK(log.lines.empty());
}

TEST_CASE("rule 38: after a time-out, too")
{
    virtual_context s;
    outcomes told{{s}};
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1, .timeout = 2s}, [&]() -> task {
                           try {
                               co_await pause(5s);
                           } catch (tasks::system_error const&) {
                               s.note("caught");
                           }
                           throw tasks::skipped{"slow"};
                       }};
    loop.observe(told);
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s run, 2s caught, 2s skipped(slow), 2s ended(completed)");
}

TEST_CASE("rule 38: a direct call hands it to its caller")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] { throw tasks::skipped{"empty"}; }};
    asio::co_spawn(
        s.io,
        [&]() -> task {
            try {
                co_await loop();
            } catch (tasks::skipped const& e) {
                s.note(std::string{"caught "} + e.what());
            }
        },
        asio::detached);
    s.time.run_until_idle();
    CHECK(s.trace() == "0s caught empty");
}

TEST_CASE("rule 38: from a hook it is an exception like any other")
{
    captured_log const log;
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 1, .on_error = tasks::on_error::next_slot}, [] {}};
    SECTION("before hook")
    {
        loop.before_loop([] { throw tasks::skipped{"before"}; });
        loop.start();
        s.time.run_until_idle();
        CHECK(loop.failed());
        CHECK(tasks::what(loop.exception()) == "before");
        CHECK(loop.failures() == 0);
    }
    SECTION("after hook")
    {
        loop.after_loop([] { throw tasks::skipped{"after"}; });
        loop.start();
        s.time.run_until_idle();
        CHECK(loop.failed());
        CHECK(tasks::what(loop.exception()) == "after");
        CHECK(log.only_record_has("after"));
    }
    SECTION("error hook")
    {
        tasks::loop<> failing{s.io, {.every = 10s, .count = 1, .on_error = tasks::on_error::next_slot}, [] {
                                  throw std::runtime_error{"boom"};
                              }};
        failing.error([](std::exception_ptr const&) { throw tasks::skipped{"hook"}; });
        failing.start();
        s.time.run_until_idle();
        CHECK(log.only_record_has("hook"));
        CHECK(failing.failures() == 1);
    }
}

TEST_CASE("rule 38: with overlap the others are not concerned")
{
    noted_loop f{{.every = 10s, .count = 2, .overlap = 2}};
    f.takes = {25s, 1s};
    f.then = [&](tasks::iteration const& it) {
        f.s.note("end of " + std::to_string(it.number));
        if (it.number == 1)
            throw tasks::skipped{};
    };
    f.start();
    f.advance(60s);
    CHECK(f.trace() == "0s 0s, 10s 10s, 11s end of 1, 25s end of 0");
}
