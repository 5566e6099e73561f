// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>
#include <tasks/schedule/day_at.hpp>

#include <type_traits>

using namespace std::chrono_literals;
using tasks::schedule;
using test::utc;

namespace {

struct leap_seconds_never {
    std::optional<tasks::time_point> next(tasks::time_point) const { return std::nullopt; }
    friend std::string to_string(leap_seconds_never const&) { return "never"; }
};
struct every_full_minute {
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return std::chrono::floor<std::chrono::minutes>(t) + 1min;
    }
};

// The functions of the library are found for these, because of the argument.
template <class T>
struct holder {
    std::optional<tasks::time_point> next(tasks::time_point) const { return std::nullopt; }
    T value{};
};
template <class T>
struct named_holder : holder<T> {};
template <class T>
std::string to_string(named_holder<T> const&)
{
    return "a holder";
}

static_assert(std::is_convertible_v<std::chrono::milliseconds, schedule>);
static_assert(std::is_convertible_v<std::chrono::duration<float, std::ratio<3600>>, schedule>);
static_assert(std::is_convertible_v<tasks::day_at, schedule>);
static_assert(std::is_convertible_v<every_full_minute, schedule>);
static_assert(!std::is_constructible_v<schedule, std::optional<int>>);
static_assert(std::is_nothrow_move_constructible_v<schedule>);

} // namespace

TEST_CASE("a schedule from any duration, to the nanosecond")
{
    CHECK(schedule{5s}.interval() == 5s);
    CHECK(schedule{0.25s}.interval() == 250ms);
    CHECK(schedule{std::chrono::duration<double, std::milli>{1.5}}.interval() == 1500us);
    CHECK(schedule{std::chrono::duration<int, std::ratio<86400>>{2}}.interval() == 48h);
    CHECK(schedule{std::chrono::duration<double>{1e-9}}.interval() == 1ns);
    CHECK(schedule{0s}.interval() == 0ns);
    CHECK(schedule{std::chrono::nanoseconds::max()}.interval() == std::chrono::nanoseconds::max());
    CHECK(schedule{0s}.is_interval());
    CHECK(!schedule{0s}.empty());
}

TEST_CASE("an empty schedule is no interval and has no instants")
{
    schedule const none;
    CHECK(none.empty());
    CHECK(!none.is_interval());
    CHECK_THROWS_AS(none.interval(), std::logic_error);
    CHECK(none.next(utc("2024-01-01T00:00:00Z")) == std::nullopt);
    CHECK(none.parts().empty());
    CHECK(to_string(none) == "none");

    schedule instants = every_full_minute{};
    CHECK(!instants.empty());
    schedule const moved = std::move(instants);
    CHECK(instants.empty()); // not an interval of 0
    CHECK(!moved.empty());
}

TEST_CASE("| with an empty schedule is the other one")
{
    schedule all;
    all = all | tasks::day_at(9h);
    CHECK(to_string(all) == "day_at(09:00) in UTC");
    CHECK(all.target<tasks::day_at>() != nullptr);
    CHECK(to_string(all | schedule{}) == "day_at(09:00) in UTC");
    CHECK((schedule{} | schedule{}).empty());
    CHECK_THROWS_AS(schedule{} | schedule{5s}, tasks::bad_option);
}

TEST_CASE("the next instant of an interval is one interval later, if it can be represented")
{
    CHECK(schedule{5s}.next(utc("2024-01-01T00:00:00Z")) == utc("2024-01-01T00:00:05Z"));
    CHECK(schedule{5s}.next(tasks::time_point::max() - 1s) == std::nullopt);
    CHECK(schedule{5s}.next(tasks::time_point::max() - 5s) == tasks::time_point::max());
}

TEST_CASE("a schedule of one's own")
{
    schedule const s = every_full_minute{};
    CHECK(!s.is_interval());
    CHECK(s.next(utc("2024-01-01T00:00:00Z")) == utc("2024-01-01T00:01:00Z"));
    CHECK(s.target<every_full_minute>() != nullptr);
    CHECK(s.target<leap_seconds_never>() == nullptr);
    CHECK(schedule{5s}.target<every_full_minute>() == nullptr);
    CHECK(schedule{leap_seconds_never{}}.next(utc("2024-01-01T00:00:00Z")) == std::nullopt);
}

TEST_CASE("| unites instants, equal ones are one, an exhausted part does not matter")
{
    auto const s =
        schedule{tasks::day_at(9h)} | tasks::day_at(12h) | leap_seconds_never{} | tasks::day_at(12h, 9h);
    CHECK(test::instants(s, "2024-01-01T00:00:00Z", 3) ==
          std::vector<std::string>{"2024-01-01T09:00:00Z", "2024-01-01T12:00:00Z", "2024-01-02T09:00:00Z"});
    CHECK(s.parts().size() == 4);
    CHECK(s.parts()[1].target<tasks::day_at>() != nullptr);
    CHECK(schedule{5s}.parts().empty());
    CHECK(schedule{tasks::day_at(9h)}.parts().empty());
    CHECK((schedule{leap_seconds_never{}} | leap_seconds_never{}).next(utc("2024-01-01T00:00:00Z")) ==
          std::nullopt);
}

TEST_CASE("a schedule without a text of its own that mentions the library has no other text")
{
    CHECK(to_string(schedule{holder<tasks::time_of_day>{}}) == "user-defined schedule");
    CHECK(to_string(schedule{named_holder<tasks::time_of_day>{}}) == "a holder");
}

TEST_CASE("a schedule as text")
{
    CHECK(to_string(schedule{10s}) == "every 10s");
    CHECK(to_string(schedule{90min}) == "every 90min");
    CHECK(to_string(schedule{1500ms}) == "every 1500ms");
    CHECK(to_string(schedule{0s}) == "every 0s");
    CHECK(to_string(schedule{7ns}) == "every 7ns");
    CHECK(to_string(schedule{leap_seconds_never{}}) == "never");
    CHECK(to_string(schedule{every_full_minute{}}) == "user-defined schedule");
    CHECK(to_string(schedule{leap_seconds_never{}} | leap_seconds_never{}) == "never | never");
}
