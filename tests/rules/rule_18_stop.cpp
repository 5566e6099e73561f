// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

struct two_seconds {
    std::chrono::nanoseconds next(unsigned) const { return 2s; }
};

struct fixture_of_rule_18 {
    virtual_context s;
    run_log observer{s};
    int failures = 0;
    tasks::loop<> loop{s.io, {.every = 10s, .backoff = two_seconds{}}, [this]() -> task {
                           s.note("body");
                           co_await pause(1s);
                           if (failures-- > 0)
                               connection_lost();
                           s.note("body ends");
                       }};
    fixture_of_rule_18()
    {
        loop.before_loop([this]() -> task {
                s.note("before");
                co_await pause(1s);
                s.note("before ends");
            })
            .after_loop([this] { s.note("after"); })
            .error([this](std::exception_ptr) { s.note("error"); })
            .observe(observer);
        loop.start();
    }
    /// Stops now and runs everything to its end.
    std::string stop()
    {
        static_cast<void>(s.trace());
        loop.stop();
        CHECK(loop.is_running());
        CHECK(!loop.is_being_cancelled());
        s.time.advance(100s);
        CHECK(!loop.is_running());
        return s.trace();
    }
};

} // namespace

TEST_CASE("rule 18: stop() in a sleep: it ends at once, the after hook runs, the run is completed")
{
    fixture_of_rule_18 f;
    f.s.time.advance(5s);
    CHECK(f.stop() == "5s after, 5s ended(completed)");
}

TEST_CASE("rule 18: in a body: it is finished")
{
    fixture_of_rule_18 f;
    f.s.time.advance(1500ms);
    CHECK(f.stop() == "2s body ends, 2s after, 2s ended(completed)");
}

TEST_CASE("rule 18: … its retries included")
{
    fixture_of_rule_18 f;
    f.failures = 2;
    SECTION("stopped in an attempt")
    {
        f.s.time.advance(1500ms);
        CHECK(f.stop() == "4s body, 7s body, 8s body ends, 8s after, 8s ended(completed)");
    }
    SECTION("stopped in the back-off, which is not cut short")
    {
        f.s.time.advance(3s);
        CHECK(f.stop() == "4s body, 7s body, 8s body ends, 8s after, 8s ended(completed)");
    }
}

TEST_CASE("rule 18: in the before hook: it runs to its end, no iteration, the after hook runs")
{
    fixture_of_rule_18 f;
    f.s.time.advance(500ms);
    CHECK(f.stop() == "1s before ends, 1s after, 1s ended(completed)");
}

TEST_CASE(
    "rule 18: before the first step: the before hook runs to its end, no iteration, the after hook runs")
{
    fixture_of_rule_18 f;
    CHECK(f.stop() == "0s run, 0s before, 1s before ends, 1s after, 1s ended(completed)");
}

TEST_CASE("rule 18: stop() while idle does nothing, and the next run is not affected")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 1}, [&] { s.note("body"); }};
    loop.stop();
    CHECK(!loop.is_running());
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s body");
}

TEST_CASE("rule 18: a fatal error in the body being finished makes the run failed all the same")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, []() -> task {
                           co_await pause(10s);
                           throw std::runtime_error{"boom"};
                       }};
    loop.error([](std::exception_ptr) {}).observe(observer).start();
    s.time.advance(1s);
    loop.stop();
    s.time.advance(20s);
    CHECK(s.trace() == "0s run, 10s ended(failed: boom)");
}
