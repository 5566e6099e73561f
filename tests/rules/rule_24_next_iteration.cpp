// SPDX-License-Identifier: MIT
#include "support/captured_log.hpp"
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

TEST_CASE("rule 24: next_iteration() is the slot being waited for")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, [] {}};
    loop.start();
    s.time.advance(3s);
    CHECK(s.when(loop.next_iteration()) == "10s");
    s.time.advance(10s);
    CHECK(s.when(loop.next_iteration()) == "20s");

    virtual_context t{utc("2024-01-01T13:00:00Z")};
    tasks::loop<> daily{t.io, tasks::day_at(12h), [] {}};
    daily.start();
    t.time.run_until_idle();
    CHECK(text(daily.next_iteration()) == "2024-01-02T12:00:00Z");
}

TEST_CASE("rule 24: during a body or a back-off, the slot after the last one served, past or not")
{
    struct wait_30s {
        std::chrono::nanoseconds next(unsigned) const { return 30s; }
    };
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .backoff = wait_30s{}}, [&]() -> task {
                           co_await pause(15s);
                           connection_lost();
                       }};
    loop.start();
    s.time.advance(5s);
    CHECK(s.when(loop.next_iteration()) == "10s");
    s.time.advance(7s);
    CHECK(s.when(loop.next_iteration()) == "10s"); // past
    s.time.advance(10s);
    CHECK(s.when(loop.next_iteration()) == "10s"); // in the back-off
}

TEST_CASE("rule 24: nothing while idle, before the first step, and in the before hook")
{
    virtual_context s;
    tasks::loop<> loop{s.io, {.every = 10s, .count = 2}, [] {}};
    loop.before_loop([] { return pause(1s); });
    CHECK(!loop.next_iteration());
    loop.start();
    CHECK(!loop.next_iteration());
    s.time.advance(500ms);
    CHECK(!loop.next_iteration());
    s.time.advance(1s);
    CHECK(loop.next_iteration());
    s.time.advance(60s);
    CHECK(!loop.next_iteration());
}

TEST_CASE("rule 24: nothing in the last counted iteration, and none behind the last instant of a schedule")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{
        s.io, {.every = 10s, .count = 2}, [&] { seen += s.when(loop.next_iteration()) + " "; }};
    loop.start();
    s.time.advance(60s);
    CHECK(seen == "10s none ");

    struct once {
        tasks::time_point t;
        std::optional<tasks::time_point> next(tasks::time_point after) const
        {
            return after < t ? std::optional{t} : std::nullopt;
        }
    };
    virtual_context u;
    seen.clear();
    tasks::loop<> last{u.io, once{u.time.now() + 5s}, [&] { seen += u.when(last.next_iteration()); }};
    last.start();
    u.time.advance(60s);
    CHECK(seen == "none");
}

TEST_CASE("rule 24: nothing once stopped or cancelled")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 10s, []() -> task {
                           co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
                           co_await pause(5s);
                       }};
    loop.start();
    s.time.advance(1s);
    CHECK(loop.next_iteration());
    SECTION("stopped")
    {
        loop.stop();
        CHECK(!loop.next_iteration());
    }
    SECTION("cancelled")
    {
        loop.cancel();
        CHECK(!loop.next_iteration());
    }
    CHECK(!loop.next_iteration());
    s.time.advance(1s);
    CHECK(loop.is_running());
    CHECK(!loop.next_iteration());
}

TEST_CASE("rule 24: nothing in the error and after hooks")
{
    virtual_context s;
    std::string seen;
    tasks::loop<> loop{s.io, 10s, [] { throw std::runtime_error{"boom"}; }};
    loop.error([&](std::exception_ptr) { seen += s.when(loop.next_iteration()) + " "; }).after_loop([&] {
        seen += s.when(loop.next_iteration());
    });
    loop.start();
    s.time.advance(1s);
    CHECK(seen == "none none");
}
