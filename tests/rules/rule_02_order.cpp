// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/run_log.hpp"

using namespace test;

namespace {

[[noreturn]] void boom()
{
    throw std::runtime_error{"boom"};
}

} // namespace

TEST_CASE("rule 2: a run is: before hook, iterations, after hook")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, [&] { s.note("body"); }};
    note_hooks(s, loop);
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s before, 0s body, 1s body, 1s after");
}

TEST_CASE("rule 2: on a fatal error the error hook comes before the after hook, and hooks do not overlap")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [] { boom(); }};
    loop.before_loop([&]() -> task {
            s.note("before");
            co_await pause(1s);
            s.note("before ends");
        })
        .error([&](std::exception_ptr e) -> task {
            s.note("error(" + tasks::what(e) + ")");
            co_await pause(1s);
            s.note("error ends");
        })
        .after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(10s);
    CHECK(s.trace() == "0s before, 1s before ends, 1s error(boom), 2s error ends, 2s after");
}

TEST_CASE("rule 2: the after hook runs exactly once in every run whose first step was reached")
{
    virtual_context s;
    std::string throws;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 2}, [&]() -> task {
                           co_await pause(1s);
                           if (throws == "body")
                               boom();
                       }};
    int after = 0;
    loop.before_loop([&]() -> task {
            co_await pause(1s);
            if (throws == "before")
                boom();
        })
        .error([&](std::exception_ptr) {
            if (throws == "body")
                boom();
        })
        .after_loop([&] {
            ++after;
            if (throws == "after")
                boom();
        });
    captured_log const log;

    SECTION("counted out")
    {
        loop.start();
        CHECK(loop.is_running());
    }
    SECTION("before hook throws")
    {
        throws = "before";
        loop.start();
        CHECK(loop.is_running());
    }
    SECTION("body and error hook throw")
    {
        throws = "body";
        loop.start();
        CHECK(loop.is_running());
    }
    SECTION("after hook throws")
    {
        throws = "after";
        loop.start();
        CHECK(loop.is_running());
    }
    SECTION("cancelled in the before hook")
    {
        loop.start();
        s.time.advance(500ms);
        loop.cancel();
        CHECK(loop.is_running());
    }
    SECTION("cancelled in the body")
    {
        loop.start();
        s.time.advance(1500ms);
        loop.cancel();
        CHECK(loop.is_running());
    }
    SECTION("cancelled asleep")
    {
        loop.start();
        s.time.advance(5s);
        loop.cancel();
        CHECK(loop.is_running());
    }
    SECTION("stopped before the first step")
    {
        loop.start();
        loop.stop();
        CHECK(loop.is_running());
    }
    s.time.advance(60s);
    CHECK(!loop.is_running());
    CHECK(after == 1);

    throws.clear();
    loop.start();
    s.time.advance(60s);
    CHECK(after == 2);
}

TEST_CASE("rule 2: a run that is cancelled before its first step runs no hook at all")
{
    virtual_context s;
    run_log observer{s};
    tasks::loop<> loop{s.io, 1s, [&] { s.note("body"); }};
    note_hooks(s, loop);
    loop.observe(observer);
    loop.start();
    loop.cancel();
    CHECK(loop.is_running());
    s.time.advance(10s);
    CHECK(!loop.is_running());
    CHECK(s.trace() == "0s run, 0s ended(cancelled)");
}
