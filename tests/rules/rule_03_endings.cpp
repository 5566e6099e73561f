// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"
#include "support/utc.hpp"

using namespace test;

namespace {

/// Exactly two instants.
struct twice {
    tasks::time_point a, b;
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return t < a ? std::optional{a} : t < b ? std::optional{b} : std::nullopt;
    }
};

} // namespace

TEST_CASE("rule 3: a run ends as completed when its count is reached")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [] {}};
    loop.observe(observer).start();
    s.time.advance(1s);
    CHECK(s.trace() == "0s run, 0s ended(completed)");
}

TEST_CASE("rule 3: … when its schedule is exhausted")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, twice{s.time.now() + 1s, s.time.now() + 3s}, [&] { s.note("body"); }};
    loop.observe(observer).start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s run, 1s body, 3s body, 3s ended(completed)");
    CHECK(!loop.failed());

    loop.start(); // ends at once if there is nothing to begin with
    s.time.advance(1s);
    CHECK(s.trace() == "10s run, 10s ended(completed)");
}

TEST_CASE("rule 3: … and when it is stopped")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, [] {}};
    loop.observe(observer).start();
    s.time.advance(1500ms);
    loop.stop();
    s.time.run_until_idle();
    CHECK(s.trace() == "0s run, 1500ms ended(completed)");
    CHECK(!loop.failed());
    CHECK(loop.exception() == nullptr);
}

TEST_CASE("rule 3: a run ends as cancelled")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, [] {}};
    loop.observe(observer).start();
    s.time.advance(1500ms);
    loop.cancel();
    s.time.run_until_idle();
    CHECK(s.trace() == "0s run, 1500ms ended(cancelled)");
    CHECK(!loop.failed());
    CHECK(loop.exception() == nullptr);
}

TEST_CASE("rule 3: a run ends as failed with its exception, kept until the next start")
{
    virtual_context s;
    run_log observer{s};
    bool broken = true;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, [&] {
                           if (broken)
                               throw std::runtime_error{"boom"};
                       }};
    loop.error([](std::exception_ptr) {}).observe(observer);
    loop.start();
    s.time.advance(5s);
    CHECK(s.trace() == "0s run, 0s ended(failed: boom)");
    CHECK(loop.failed());
    CHECK(tasks::what(loop.exception()) == "boom");
    CHECK(!loop.is_running());

    broken = false;
    loop.start();
    CHECK(!loop.failed());
    CHECK(loop.exception() == nullptr);
    s.time.advance(5s);
    CHECK(!loop.failed());
}

TEST_CASE("rule 3: state is reset whatever a hook does")
{
    virtual_context s;
    captured_log log;
    auto const breaks = GENERATE(std::string{"nothing"}, "before", "error", "after");
    CAPTURE(breaks);
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3}, [&] {
                           if (breaks == "error" && loop.current_loop() == 2)
                               throw std::runtime_error{"body"};
                       }};
    loop.before_loop([&] {
            if (breaks == "before")
                throw std::runtime_error{"before"};
        })
        .error([&](std::exception_ptr) {
            if (breaks == "error")
                throw std::runtime_error{"error"};
        })
        .after_loop([&] {
            if (breaks == "after")
                throw std::runtime_error{"after"};
        });
    loop.start();
    s.time.advance(10s);
    CHECK(!loop.is_running());
    CHECK(loop.current_loop() == 0);
    CHECK(loop.next_iteration() == std::nullopt);
    CHECK(!loop.is_being_cancelled());
    CHECK(loop.failed() == (breaks != "nothing"));
}
