// SPDX-License-Identifier: MIT
// The first and the last instants that 64-bit nanoseconds can represent, and instants further apart than a
// duration can represent. A build with the sanitizer for undefined behaviour detects errors that these tests
// cannot.
#include "support/catch.hpp"
#include "support/utc.hpp"
#include "support/virtual_context.hpp"

#include <tasks/loop/text.hpp>
#include <tasks/run/detail/timeline.hpp>
#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

using namespace test;
using std::chrono::nanoseconds;
using tasks::time_point;

namespace {

constexpr auto first_ns = nanoseconds::min();
constexpr auto last_ns = nanoseconds::max();

std::vector<nanoseconds> const far_and_near{
    first_ns, first_ns + 1ns,  first_ns / 2, -24h * 365 * 200, -1s,    -1ns, 0ns, 1ns,
    1s,       24h * 365 * 200, last_ns / 2,  last_ns - 1ns,    last_ns};

/// The nearest instant that can be represented.
bool is_close(nanoseconds d, long double ns)
{
    auto const wanted =
        std::clamp(ns, static_cast<long double>(first_ns.count()), static_cast<long double>(last_ns.count()));
    return std::abs(static_cast<long double>(d.count()) - wanted) <=
           2048; // for compilers whose long double is a double
}

/// Only the last instant of all.
struct at_the_end {
    std::optional<time_point> next(time_point t) const
    {
        return t < time_point::max() ? std::optional{time_point::max()} : std::nullopt;
    }
};

} // namespace

TEST_CASE("sums and differences of instants stay in the range")
{
    using namespace tasks::detail;
    for (auto const a : far_and_near)
        for (auto const b : far_and_near) {
            CAPTURE(a.count(), b.count());
            auto const x = static_cast<long double>(a.count());
            auto const y = static_cast<long double>(b.count());
            CHECK(is_close(saturating_add(a, b), x + y));
            CHECK(is_close(distance(a, b), y - x));
            CHECK(is_close(to_wall_time(a, clock_kind::steady, {.steady = 0ns, .wall = b}).time_since_epoch(),
                           x + y));
            if (a >= 0ns)
                CHECK(is_close(tasks::detail::times(a, 3), x * 3));
            for (auto const c : far_and_near)
                if (c >= 0ns) // the range of a steady clock
                    CHECK(is_close(step_between({.steady = 0ns, .wall = a}, {.steady = c, .wall = b}),
                                   std::clamp(y - x, static_cast<long double>(first_ns.count()),
                                              static_cast<long double>(last_ns.count())) -
                                       static_cast<long double>(c.count())));
        }
    CHECK(tasks::detail::times(0ns, std::numeric_limits<std::uint64_t>::max()) == 0ns);
    CHECK(tasks::detail::times(1ns, std::numeric_limits<std::uint64_t>::max()) == never);
}

TEST_CASE("the first and the last instant as text")
{
    CHECK(tasks::to_string(time_point::min()) == "1677-09-21T00:12:43.145224192Z");
    CHECK(tasks::to_string(time_point::min() + 1s) == "1677-09-21T00:12:44.145224192Z");
    CHECK(tasks::to_string(time_point{-1ns}) == "1969-12-31T23:59:59.999999999Z");
    CHECK(tasks::to_string(time_point{-1s}) == "1969-12-31T23:59:59Z");
    CHECK(tasks::to_string(time_point::max()) == "2262-04-11T23:47:16.854775807Z");
}

TEST_CASE("an interval behind instants before 1970, and behind the last of all")
{
    tasks::schedule const s = 5s;
    CHECK(s.next(utc("1969-01-01T00:00:00Z")) == utc("1969-01-01T00:00:05Z"));
    CHECK(s.next(time_point::min()) == time_point::min() + 5s);
    CHECK(s.next(time_point::max() - 5s) == time_point::max());
    CHECK(s.next(time_point::max() - 5s + 1ns) == std::nullopt);
    tasks::schedule const longest = last_ns;
    CHECK(longest.next(time_point{-1ns}) == time_point{last_ns - 1ns});
    CHECK(longest.next(time_point{1ns}) == std::nullopt);
}

TEST_CASE("a slot that lies further ahead than a duration can tell is waited for")
{
    virtual_context s{utc("1950-01-01T00:00:00Z")};
    tasks::loop<> loop{s.io, at_the_end{}, [&] { s.note("body"); }};
    loop.start();
    s.time.advance(24h);
    CHECK(s.trace() == "");
    CHECK(loop.is_running());
    CHECK(loop.next_iteration() == time_point::max());
}

TEST_CASE("a slot that lies further back than a duration can tell is late by as much as one can")
{
    using namespace tasks::detail;
    for (auto const policy : {tasks::missed::coalesce, tasks::missed::skip, tasks::missed::delay,
                              tasks::missed::catch_up(1), tasks::missed::catch_up(100)}) {
        timeline slots{tasks::day_at(12h), {.missed = policy}};
        clock_reading const then{.steady = 0ns, .wall = first_ns + std::chrono::hours{24 * 20}};
        clock_reading const now{.steady = 30s, .wall = last_ns - std::chrono::hours{24 * 20}};
        slots.begin(then);
        CHECK(slots.update(now) == last_ns - 30s); // 584 years less 40 days, while a duration has 292
        auto const v = slots.decide(now);
        CHECK(v.passed.count >= 9'999);
        CHECK(v.passed.at_least);
        if (v.what == verdict::action::run) {
            auto const it = to_iteration(v, 0, slots.clock(), now);
            CHECK(it.lateness >= 0ns);
            slots.change(last_ns, now);
            CHECK(*slots.upcoming() >= now.steady);
        }
    }
}

TEST_CASE("from a slot of long ago to the longest interval")
{
    using namespace tasks::detail;
    timeline slots{tasks::day_at(12h), {.missed = tasks::missed::catch_up(tasks::unlimited)}};
    slots.begin({.steady = 0ns, .wall = first_ns + std::chrono::hours{24 * 20}});
    clock_reading const now{.steady = 30s, .wall = last_ns - std::chrono::hours{24 * 20}};
    slots.update(now);
    auto const v = slots.decide(now);
    CHECK(v.what == verdict::action::run);
    CHECK(to_iteration(v, 0, slots.clock(), now).lateness == last_ns);
    slots.change(1h, now);
    CHECK(slots.upcoming() == now.steady);
    slots.change(last_ns, now);
    CHECK(slots.upcoming() >= now.steady);
}
