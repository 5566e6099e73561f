// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

using namespace test;

TEST_CASE(
    "rule 23: current_loop() is the number of the iteration in progress, while sleeping, of the last one")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [&](tasks::iteration const& it) -> task {
                           CHECK(loop.current_loop() == it.number);
                           co_await pause(1s);
                           CHECK(loop.current_loop() == it.number);
                       }};
    CHECK(loop.current_loop() == 0);
    loop.start();
    CHECK(loop.current_loop() == 0);
    for (std::uint64_t n = 0; n < 4; ++n) {
        s.time.advance(500ms);
        CHECK(loop.current_loop() == n); // in the body
        s.time.advance(9s);
        CHECK(loop.current_loop() == n); // asleep
        s.time.advance(500ms);
    }
}

TEST_CASE("rule 23: during a back-off it stays that of the failed iteration")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [&](tasks::iteration const& it) {
                           if (it.number == 2)
                               connection_lost();
                       }};
    loop.start();
    s.time.advance(3s);
    CHECK(loop.current_loop() == 2);
}

namespace {

/// Returns current_loop() in the after hook of a loop with the given count, and after it.
struct fixture_of_rule_23 {
    virtual_context s;
    captured_log log;
    std::uint64_t seen = 99;
    std::function<void()> body = [] {};
    tasks::loop<> loop{s.io, {.every = 1s, .count = 3}, [this] {
                           if (loop.current_loop() == 2)
                               body();
                       }};
    std::uint64_t in_after_hook()
    {
        loop.after_loop([this] { seen = loop.current_loop(); });
        loop.start();
        s.time.advance(10s);
        CHECK(loop.current_loop() == 0);
        return seen;
    }
};

} // namespace

TEST_CASE("rule 23: in the after hook of a run whose count was reached it is the count")
{
    fixture_of_rule_23 f;
    CHECK(f.in_after_hook() == 3);
}

TEST_CASE("rule 23: … also if stop() came in the last iteration")
{
    fixture_of_rule_23 f;
    f.body = [&] { f.loop.stop(); };
    CHECK(f.in_after_hook() == 3);
}

TEST_CASE("rule 23: … not if that failed, or was cancelled")
{
    fixture_of_rule_23 f;
    SECTION("failed")
    {
        f.body = [] { throw std::runtime_error{"boom"}; };
        CHECK(f.in_after_hook() == 2);
    }
    SECTION("cancelled")
    {
        f.body = [&] { f.loop.cancel(); };
        CHECK(f.in_after_hook() == 2);
    }
}

TEST_CASE("rule 23: … nor if it was stopped before")
{
    virtual_context s;
    std::uint64_t seen = 99;
    tasks::loop<> loop{s.io, {.every = 1s, .count = 5}, [] {}};
    loop.after_loop([&] { seen = loop.current_loop(); });
    loop.start();
    s.time.advance(2s);
    loop.stop();
    s.time.run_until_idle();
    CHECK(seen == 2);
}

TEST_CASE("rule 23: it begins at 0 again in each run")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 1s, [&] { s.note(std::to_string(loop.current_loop())); }};
    loop.start();
    s.time.advance(2500ms);
    loop.restart();
    s.time.advance(2s);
    CHECK(s.trace() == "0s 0, 1s 1, 2s 2, 2500ms 0, 3500ms 1, 4500ms 2");
}
