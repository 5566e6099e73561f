// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/virtual_context.hpp"

#include <limits>

using namespace test;

TEST_CASE("rule 14: interval 0 yields to the executor between iterations")
{
    virtual_context s;
    bool const strand = GENERATE(false, true);
    auto const ex =
        strand ? asio::any_io_executor{asio::make_strand(s.io)} : asio::any_io_executor{s.io.get_executor()};
    int runs = 0;
    int other = 0;
    tasks::loop<> loop{ex, {.every = 0s, .count = 100}, [&] { ++runs; }};
    std::function<void()> const neighbour = [&] {
        if (loop.is_running())
            asio::post(ex, [&] {
                ++other;
                neighbour();
            });
    };
    loop.start();
    neighbour();
    s.time.run_until_idle();
    CHECK(runs == 100);
    CHECK(other >= 99);
}

TEST_CASE("rule 14: … and so does any loop that is always due, every 64 attempts")
{
    virtual_context s;
    int runs = 0;
    std::optional<int> stopped_at;
    tasks::loop<> loop{
        s.io, {.every = 1s, .missed = tasks::missed::catch_up(tasks::unlimited)}, [&]() -> task {
            if (++runs == 1)
                co_await pause(1h);
            if (runs == 2)
                asio::post(s.io, [&] { stopped_at = runs; });
        }};
    loop.start();
    s.time.advance(1h);
    REQUIRE(runs == 1 + 3'600);
    REQUIRE(stopped_at);
    CHECK(*stopped_at <= 2 + 64);
}

TEST_CASE("rule 14: a loop without end can be stopped by its neighbour at the same instant")
{
    virtual_context s;
    tasks::loop<> loop{s.io, 0s, [&] {
                           if (loop.current_loop() == 10)
                               asio::post(s.io, [&] { loop.stop(); });
                       }};
    loop.start();
    s.time.run_until_idle();
    CHECK(!loop.is_running());
}

TEST_CASE(
    "rule 14: bad intervals are errors at construction and in change_interval, which then changes nothing")
{
    virtual_context s;
    constexpr auto nan = std::numeric_limits<double>::quiet_NaN();
    constexpr auto infinite = std::numeric_limits<double>::infinity();
    using seconds = std::chrono::duration<double>;
    tasks::loop<> loop{s.io, 10s, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(5s);

    for (auto const bad :
         {seconds{-1}, seconds{-1e-9}, seconds{nan}, seconds{infinite}, seconds{-infinite}, seconds{1e10}}) {
        CAPTURE(bad.count());
        CHECK_THROWS_AS((tasks::loop<>{s.io, bad, [] {}}), tasks::bad_option);
        CHECK_THROWS_AS((tasks::loop<>{s.io, {.every = bad}, [] {}}), tasks::bad_option);
        CHECK_THROWS_AS(loop.change_interval(bad), tasks::bad_option);
    }
    CHECK(loop.every().interval() == 10s);
    CHECK(s.when(loop.next_iteration()) == "10s");
    s.time.advance(20s);
    CHECK(s.trace() == "0s body, 10s body, 20s body");
}

TEST_CASE("rule 14: intervals are 64-bit nanoseconds: the largest is accepted, one more is not")
{
    virtual_context s;
    using ns = std::chrono::nanoseconds;
    CHECK_NOTHROW(tasks::loop<>{s.io, ns::max(), [] {}});
    CHECK_THROWS_AS((tasks::loop<>{s.io, std::chrono::hours{2562048}, [] {}}), tasks::bad_option);
    CHECK_THROWS_AS((tasks::loop<>{s.io, std::chrono::hours::max(), [] {}}), tasks::bad_option);

    tasks::loop<> loop{s.io, ns::max(), [&] { s.note("body"); }};
    loop.start();
    s.time.advance(24h);
    CHECK(s.trace() == "0s body");
}

TEST_CASE("rule 14: interval 0 together with unlimited overlap")
{
    virtual_context s;
    CHECK_THROWS_AS((tasks::loop<>{s.io, {.every = 0s, .overlap = tasks::unlimited}, [] {}}),
                    tasks::bad_option);
    CHECK_NOTHROW(tasks::loop<>{s.io, {.every = 0s, .overlap = 2}, [] {}});

    tasks::loop<> loop{s.io, {.every = 10s, .overlap = tasks::unlimited}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(5s);
    CHECK_THROWS_AS(loop.change_interval(0s), tasks::bad_option);
    CHECK(loop.every().interval() == 10s);
    s.time.advance(5s);
    CHECK(s.trace() == "0s body, 10s body");
}

TEST_CASE("rule 14: a count of 0 or less")
{
    virtual_context s;
    for (auto const bad : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min()})
        CHECK_THROWS_AS((tasks::loop<>{s.io, {.every = 1s, .count = bad}, [] {}}), tasks::bad_option);
}
