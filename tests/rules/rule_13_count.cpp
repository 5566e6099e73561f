// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

TEST_CASE("rule 13: the run ends right after iteration n-1, with no further sleep")
{
    virtual_context s;
    tasks::loop<> loop{
        s.io, {.every = 10s, .count = 3}, [&] { s.note(std::to_string(loop.current_loop())); }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(100s);
    CHECK(s.trace() == "0s 0, 10s 1, 20s 2, 20s after");
    CHECK(loop.count() == 3);
}

TEST_CASE("rule 13: the after hook then sees current_loop() == n")
{
    virtual_context s;
    auto const n = GENERATE(1, 2, 7);
    tasks::loop<> loop{s.io, {.every = 1s, .count = n}, [] {}};
    std::uint64_t seen = 99;
    loop.after_loop([&]() -> task {
        co_await pause(1s);
        seen = loop.current_loop();
    });
    loop.start();
    s.time.advance(100s);
    CHECK(seen == static_cast<std::uint64_t>(n));
}

TEST_CASE("rule 13: every run has its own count, also a restarted one")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 2}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(10s);
    loop.start();
    s.time.run_until_idle();
    loop.restart();
    s.time.advance(10s);
    CHECK(s.trace() == "0s body, 1s body, 10s body, 10s body, 11s body");
}

TEST_CASE("rule 13: missed slots do not count, retries neither")
{
    virtual_context s;
    int fail = 1;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 2, .missed = tasks::missed::skip}, [&]() -> task {
                           s.note("body");
                           co_await pause(25s);
                           if (fail-- > 0)
                               connection_lost();
                       }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(200s);
    auto const trace = s.trace();
    CHECK(trace.find("0s body, ") == 0);
    CHECK(std::count(trace.begin(), trace.end(), 'b') == 3); // two attempts, and another iteration
}

TEST_CASE("rule 13: … and once every iteration in flight has ended")
{
    virtual_context s;
    tasks::loop<> loop{s.io,
                       {.every = 1s, .count = 3, .overlap = tasks::unlimited},
                       [&](tasks::iteration const& it) -> task {
                           co_await pause(it.number == 0 ? 10s : 1s);
                           s.note("end " + std::to_string(it.number));
                       }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(100s);
    CHECK(s.trace() == "2s end 1, 3s end 2, 10s end 0, 10s after");
}
