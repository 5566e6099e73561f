// SPDX-License-Identifier: MIT
// One instant, and the multiples of a period.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop.hpp>
#include <tasks/schedule.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace test;

namespace {

template <class Function>
std::string refused_value(Function make)
{
    return thrown<tasks::bad_option>([&] { static_cast<void>(make()); });
}

} // namespace

TEST_CASE("rule 50: once is one instant")
{
    auto const t = utc("2024-06-01T12:00:00Z");
    tasks::once const s{t};
    CHECK(s.next(t - 1ns) == t);
    CHECK(s.next(t) == std::nullopt);
    CHECK((tasks::once(t) | tasks::once(t + 24h)).next(t) == t + 24h);

    virtual_context c{t - 1h};
    int runs = 0;
    tasks::loop<> launch{c.io, s, [&] { ++runs; }};
    launch.start();
    c.time.advance(59min);
    CHECK(runs == 0);
    c.time.advance(2min);
    CHECK(runs == 1);
    CHECK(!launch.is_running()); // the schedule is exhausted
}

TEST_CASE("rule 50: aligned is every whole multiple of the period, before and after the epoch")
{
    CHECK(instants(tasks::aligned(10min), "2024-01-01T11:55:00Z", 3) ==
          std::vector<std::string>{"2024-01-01T12:00:00Z", "2024-01-01T12:10:00Z", "2024-01-01T12:20:00Z"});
    CHECK(instants(tasks::aligned(10min), "1969-12-31T23:47:00Z", 3) ==
          std::vector<std::string>{"1969-12-31T23:50:00Z", "1970-01-01T00:00:00Z", "1970-01-01T00:10:00Z"});
    tasks::aligned const weekly{7 * 24h, utc("2024-01-05T22:00:30Z")};
    CHECK(instants(weekly, "2023-12-29T22:00:00Z", 3) ==
          std::vector<std::string>{"2023-12-29T22:00:30Z", "2024-01-05T22:00:30Z", "2024-01-12T22:00:30Z"});
    CHECK(weekly.next(utc("2024-01-05T22:00:30Z")) == utc("2024-01-12T22:00:30Z"));
    CHECK(instants(tasks::aligned(24h), "2024-01-01T12:00:00Z", 1) ==
          std::vector<std::string>{"2024-01-02T00:00:00Z"});
    CHECK(tasks::aligned(0.25s).next(utc("2024-01-01T00:00:00Z")) == utc("2024-01-01T00:00:00Z") + 250ms);
}

TEST_CASE("rule 50: the period of aligned is positive")
{
    CHECK(refused_value([] { return tasks::aligned(0s); }) ==
          "tasks: an aligned period of 0 s has no instants; it must be positive");
    CHECK(has(refused_value([] { return tasks::aligned(-5s); }), "an aligned period of -5 s is negative"));
    CHECK(has(refused_value([] { return tasks::aligned(std::chrono::duration<double>{1e-12}); }),
              "below the resolution"));
    CHECK(has(refused_value([] { return tasks::aligned(0s * std::numeric_limits<double>::quiet_NaN()); }),
              "not a number"));
    CHECK(
        has(refused_value([] { return tasks::aligned(std::chrono::hours{std::numeric_limits<int>::max()}); }),
            "not representable"));
    CHECK(has(refused_value([] { return tasks::aligned(0s, utc("2024-01-01T00:00:00Z")); }), "positive"));
}

TEST_CASE("rule 50: aligned follows the wall clock, and is the same on every machine")
{
    auto const start = utc("2024-01-01T12:03:00Z");
    virtual_context c{start};
    std::string runs;
    tasks::loop<> poll{c.io, tasks::aligned(10min), [&] { runs += text(c.time.now()).substr(11, 5) + ' '; }};
    poll.start();
    c.time.advance(20min);
    c.time.step_wall_clock(90s); // 12:24:30: the grid does not move
    c.time.advance(10min);
    CHECK(runs == "12:10 12:20 12:30 ");
}
