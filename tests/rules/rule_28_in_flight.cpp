// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

/// Iteration n takes 30 s, then ends as `ends` says. Iterations 0, 1, 2 start at 0, 1 and 2 s.
struct fixture_of_rule_28 {
    virtual_context s;
    captured_log log;
    run_log observer{s};
    std::function<void(std::uint64_t)> ends = [](std::uint64_t) {};
    std::chrono::nanoseconds takes{30s};
    tasks::loop<> loop{
        s.io, {.every = 1s, .count = 3, .overlap = 3}, [this](tasks::iteration const& it) -> task {
            auto const n = it.number;
            try {
                co_await pause(takes);
            } catch (tasks::system_error const&) {
                s.note("interrupted " + std::to_string(n));
                throw;
            }
            s.note("end " + std::to_string(n));
            ends(n);
        }};
    fixture_of_rule_28()
    {
        loop.error([this](std::exception_ptr const& e) { s.note("error(" + tasks::what(e) + ")"); })
            .after_loop([this] { s.note("after"); })
            .observe(observer);
        loop.start();
    }
    std::string rest()
    {
        s.time.advance(200s);
        CHECK(!loop.is_running());
        return s.trace();
    }
};

void fail(std::uint64_t n)
{
    throw std::runtime_error{"boom " + std::to_string(n)};
}

} // namespace

TEST_CASE("rule 28: every iteration in flight is awaited")
{
    fixture_of_rule_28 f;
    f.s.time.advance(5s);
    f.loop.stop();
    CHECK(f.rest() == "0s run, 30s end 0, 31s end 1, 32s end 2, 32s after, 32s ended(completed)");
}

TEST_CASE("rule 28: … cancelled")
{
    fixture_of_rule_28 f;
    f.s.time.advance(5s);
    f.loop.cancel();
    CHECK(f.rest() ==
          "0s run, 5s interrupted 0, 5s interrupted 1, 5s interrupted 2, 5s after, 5s ended(cancelled)");
}

TEST_CASE("rule 28: … retried as the only one would be")
{
    struct k_seconds {
        std::chrono::nanoseconds next(unsigned k) const { return k * 10s; }
    };
    virtual_context s;
    full_log observer{{s}};
    tasks::loop<> loop{s.io,
                       {.every = 1s, .count = 2, .backoff = k_seconds{}, .overlap = 2},
                       [&](tasks::iteration const& it) {
                           if (it.attempt < 2 - it.number)
                               connection_lost();
                       }};
    loop.observe(observer).start();
    s.time.advance(100s);
    CHECK(
        s.trace() ==
        "0s run, 0s failed, 0s retry 1 in 10s, 1s failed, 1s retry 1 in 10s, 10s failed, 10s retry 2 in 20s, "
        "11s succeeded, 30s succeeded, 30s ended(completed)");
}

TEST_CASE("rule 28: a fatal error stops the run: the error hook runs at once, the others finish, then the "
          "after hook")
{
    fixture_of_rule_28 f;
    f.ends = [](std::uint64_t n) {
        if (n == 0)
            fail(n);
    };
    CHECK(f.rest() ==
          "0s run, 30s end 0, 30s error(boom 0), 31s end 1, 32s end 2, 32s after, 32s ended(failed: boom 0)");
}

TEST_CASE("rule 28: … and no further iteration starts")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .overlap = 2}, [&](tasks::iteration const& it) -> task {
                           s.note("begin " + std::to_string(it.number));
                           if (it.number == 1)
                               throw std::runtime_error{"boom"};
                           co_await pause(10s);
                           s.note("end " + std::to_string(it.number));
                       }};
    loop.error([&](std::exception_ptr) { s.note("error"); }).after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(60s);
    CHECK(s.trace() == "0s begin 0, 1s begin 1, 1s error, 10s end 0, 10s after");
}

TEST_CASE("rule 28: further fatal errors go to the log, the run keeps the first")
{
    fixture_of_rule_28 f;
    f.ends = fail;
    CHECK(f.rest() ==
          "0s run, 30s end 0, 30s error(boom 0), 31s end 1, 32s end 2, 32s after, 32s ended(failed: boom 0)");
    REQUIRE(f.log.lines.size() == 2);
    CHECK(f.log.lines[0].find("boom 1") != std::string::npos);
    CHECK(f.log.lines[1].find("boom 2") != std::string::npos);
}

TEST_CASE("rule 28: cancel() still cancels those in flight after a failure, the run stays failed")
{
    fixture_of_rule_28 f;
    f.ends = fail;
    f.s.time.advance(30s);
    CHECK(f.s.trace() == "0s run, 30s end 0, 30s error(boom 0)");
    f.loop.cancel();
    CHECK(f.loop.is_being_cancelled());
    CHECK(f.rest() == "30s interrupted 1, 30s interrupted 2, 30s after, 30s ended(failed: boom 0)");
    CHECK(f.log.lines.empty());
}

TEST_CASE("rule 28: restart() does the same, and a new run follows")
{
    fixture_of_rule_28 f;
    f.ends = fail;
    f.s.time.advance(30s);
    static_cast<void>(f.s.trace());
    f.loop.restart();
    f.s.time.advance(1s);
    CHECK(f.s.trace() ==
          "30s interrupted 1, 30s interrupted 2, 30s after, 30s ended(failed: boom 0), 30s rerun");
    CHECK(f.loop.is_running());
    CHECK(!f.loop.failed());
    CHECK(f.loop.current_loop() == 1);
}

TEST_CASE("rule 28: the error hook is not interrupted by that cancel()")
{
    fixture_of_rule_28 f;
    f.ends = [](std::uint64_t n) {
        if (n == 0)
            fail(n);
    };
    f.s.time.advance(5s);
    f.loop.stop();
    f.s.time.advance(100s);
    static_cast<void>(f.s.trace());
    f.loop.error([&](std::exception_ptr) -> task {
        co_await pause(1s);
        f.s.note("error hook ends");
    });
    f.loop.start();
    f.s.time.advance(30s + 500ms);
    f.loop.cancel();
    auto const trace = f.rest();
    CHECK(trace.find("error hook ends, 136s after") != std::string::npos);
    CHECK(trace.find("interrupted 1") != std::string::npos);
}
