// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using tasks::day_at;
using tasks::fold;
using tasks::gap;
using tasks::time_of_day;
using test::instants;
using test::utc;
using texts = std::vector<std::string>;

static_assert(std::is_copy_constructible_v<day_at>);
static_assert(!std::is_default_constructible_v<day_at>);
static_assert(!std::is_convertible_v<std::chrono::hours, day_at>, "9h alone is an interval of nine hours");
static_assert(!std::is_convertible_v<char const*, day_at>);

TEST_CASE("times are durations, texts or times of day, in any mix and order")
{
    std::vector<time_of_day> const expected{time_of_day{9h}, time_of_day{12h}, time_of_day{17h + 30min}};
    CHECK(day_at(9h, 12h, 17h + 30min).times() == expected);
    CHECK(day_at("17:30", "12:00", "09:00").times() == expected);
    CHECK(day_at(std::string{"12:00"}, std::string_view{"17:30"}, time_of_day{9h}).times() == expected);
    CHECK(day_at(std::vector<time_of_day>{time_of_day{12h}, time_of_day{17h + 30min}, time_of_day{9h}})
              .times() == expected);
}

TEST_CASE("a time that is listed twice counts once")
{
    CHECK(day_at(9h, "09:00", 540min, 17h).times().size() == 2);
    CHECK(day_at(9h, "09:00") == day_at(9h));
}

TEST_CASE("a list without a time, or with a bad one, is refused")
{
    CHECK_THROWS_AS(day_at(std::vector<time_of_day>{}), tasks::bad_option);
    CHECK_THROWS_AS(day_at(-1s), tasks::bad_option);
    CHECK_THROWS_AS(day_at(9h, 24h), tasks::bad_option);
    CHECK_THROWS_AS(day_at("09:00", "9:00"), tasks::bad_option);
    CHECK_THROWS_AS(day_at(9h).in("Mars/Phobos"), tasks::bad_option);
    try {
        static_cast<void>(day_at(std::vector<time_of_day>{}));
    } catch (tasks::bad_option const& e) {
        CHECK(std::string{e.what()} ==
              "tasks: day_at: the list of times is empty; there must be at least one time of day");
    }
}

TEST_CASE("the settings change a copy and leave the rest")
{
    auto const a = day_at(9h);
    auto const b = a.in("+09:00").when_missing(gap::skip).when_repeated(fold::both);
    CHECK(a == day_at(9h));
    CHECK(a.zone() == tasks::time_zone::utc());
    CHECK(a.when_missing() == gap::shift);
    CHECK(a.when_repeated() == fold::first);
    CHECK(b.times() == a.times());
    CHECK(b.zone().name() == "+09:00");
    CHECK(b.when_missing() == gap::skip);
    CHECK(b.when_repeated() == fold::both);
    CHECK(b != a);
    CHECK(b.in(tasks::time_zone::fixed(1h)).when_missing() == gap::skip);
}

TEST_CASE("a schedule says what it is")
{
    CHECK(to_string(day_at(9h)) == "day_at(09:00) in UTC");
    CHECK(to_string(day_at("17:30", "09:00:30").in("+09:00")) == "day_at(09:00:30, 17:30) in +09:00");
    CHECK(to_string(day_at(9h).when_missing(gap::after).when_repeated(fold::second)) ==
          "day_at(09:00) in UTC, missing: after, repeated: second");
    CHECK(to_string(day_at(9h).when_missing(gap::skip).when_repeated(fold::both)) ==
          "day_at(09:00) in UTC, missing: skip, repeated: both");
}

TEST_CASE("the next instant is strictly after the one asked from")
{
    auto const noon = day_at(12h);
    CHECK(test::text(noon.next(utc("2024-01-15T12:00:00Z"))) == "2024-01-16T12:00:00Z");
    CHECK(test::text(noon.next(utc("2024-01-15T12:00:00Z") - 1ns)) == "2024-01-15T12:00:00Z");
    CHECK(test::text(day_at(0h).next(utc("2024-02-28T00:00:00Z"))) == "2024-02-29T00:00:00Z");
    CHECK(test::text(day_at(24h - 1ns).next(utc("2024-01-15T23:59:59Z"))) ==
          "2024-01-15T23:59:59+999999999nsZ");
}

TEST_CASE("the times of a day come in order, and then those of the next day")
{
    CHECK(instants(day_at(17h + 30min, 9h), "2023-12-31T10:00:00Z", 4) ==
          texts{"2023-12-31T17:30:00Z", "2024-01-01T09:00:00Z", "2024-01-01T17:30:00Z",
                "2024-01-02T09:00:00Z"});
}

TEST_CASE("a fixed offset moves the day")
{
    CHECK(instants(day_at(0h, 8h).in("+09:00"), "2024-01-15T12:00:00Z", 3) ==
          texts{"2024-01-15T15:00:00Z", "2024-01-15T23:00:00Z", "2024-01-16T15:00:00Z"});
    CHECK(instants(day_at(22h).in("-03:30"), "2024-01-15T12:00:00Z", 2) ==
          texts{"2024-01-16T01:30:00Z", "2024-01-17T01:30:00Z"});
    CHECK(instants(day_at(0h).in("+23:59:59"), "1969-12-31T00:00:00Z", 2) ==
          texts{"1969-12-31T00:00:01Z", "1970-01-01T00:00:01Z"});
}

TEST_CASE("before 1970 is like after")
{
    CHECK(instants(day_at(12h), "1969-12-30T12:00:00Z", 2) ==
          texts{"1969-12-31T12:00:00Z", "1970-01-01T12:00:00Z"});
    CHECK(instants(day_at(12h), "1800-02-28T12:00:00Z", 1) == texts{"1800-03-01T12:00:00Z"});
}

TEST_CASE("at the ends of the range of instants there is an answer or none, and no overflow")
{
    auto const schedule = day_at(0h, 24h - 1ns).in("+23:59");
    auto const first = schedule.next(tasks::time_point::min());
    REQUIRE(first);
    CHECK(*first < utc("1677-10-03T00:00:00Z"));
    CHECK(schedule.next(*first) > first);
    CHECK(schedule.next(utc("2262-03-31T00:00:00Z")));
    CHECK_FALSE(schedule.next(utc("2262-04-03T00:00:00Z")));
    CHECK_FALSE(schedule.next(tasks::time_point::max()));
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("the clocks of a zone decide, in summer and in winter")
{
    CHECK(instants(day_at(9h).in("Europe/Berlin"), "2024-03-30T00:00:00Z", 2) ==
          texts{"2024-03-30T08:00:00Z", "2024-03-31T07:00:00Z"});
}

// New York, 2024-03-10: 02:00 EST becomes 03:00 EDT, at 07:00Z.

TEST_CASE("a time in a gap goes by the clock as it was before")
{
    CHECK(instants(day_at("02:30").in("America/New_York"), "2024-03-09T12:00:00Z", 2) ==
          texts{"2024-03-10T07:30:00Z", "2024-03-11T06:30:00Z"});
}

TEST_CASE("a time in a gap can be the first instant after it, or nothing")
{
    auto const schedule = day_at("02:30").in("America/New_York");
    CHECK(instants(schedule.when_missing(gap::after), "2024-03-09T12:00:00Z", 2) ==
          texts{"2024-03-10T07:00:00Z", "2024-03-11T06:30:00Z"});
    CHECK(instants(schedule.when_missing(gap::skip), "2024-03-09T12:00:00Z", 2) ==
          texts{"2024-03-11T06:30:00Z", "2024-03-12T06:30:00Z"});
}

TEST_CASE("a gap includes its first minute and not its last")
{
    auto const skip = day_at("02:00", "03:00").in("America/New_York").when_missing(gap::skip);
    CHECK(instants(skip, "2024-03-09T12:00:00Z", 2) == texts{"2024-03-10T07:00:00Z", "2024-03-11T06:00:00Z"});
    auto const only_two = day_at("02:00").in("America/New_York").when_missing(gap::skip);
    CHECK(instants(only_two, "2024-03-09T12:00:00Z", 1) == texts{"2024-03-11T06:00:00Z"});
}

TEST_CASE("a shifted time takes its place among the others, and equal instants are one")
{
    auto const schedule = day_at("02:45", "03:15", "03:30", "03:45", "04:00").in("America/New_York");
    CHECK(instants(schedule, "2024-03-10T00:00:00Z", 5) ==
          texts{"2024-03-10T07:15:00Z", "2024-03-10T07:30:00Z", "2024-03-10T07:45:00Z",
                "2024-03-10T08:00:00Z", "2024-03-11T06:45:00Z"});
}

TEST_CASE("asked from inside the hour after a gap, the shifted times still ahead are found")
{
    auto const schedule = day_at("02:10", "02:50").in("America/New_York");
    CHECK(instants(schedule, "2024-03-10T07:10:00Z", 2) ==
          texts{"2024-03-10T07:50:00Z", "2024-03-11T06:10:00Z"});
}

// New York, 2024-11-03: 02:00 EDT becomes 01:00 EST, at 06:00Z.

TEST_CASE("a repeated time fires at its first occurrence, its second, or both")
{
    auto const schedule = day_at("01:30").in("America/New_York");
    CHECK(instants(schedule, "2024-11-03T00:00:00Z", 2) ==
          texts{"2024-11-03T05:30:00Z", "2024-11-04T06:30:00Z"});
    CHECK(instants(schedule.when_repeated(fold::second), "2024-11-03T00:00:00Z", 2) ==
          texts{"2024-11-03T06:30:00Z", "2024-11-04T06:30:00Z"});
    CHECK(instants(schedule.when_repeated(fold::both), "2024-11-03T00:00:00Z", 3) ==
          texts{"2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z", "2024-11-04T06:30:00Z"});
}

TEST_CASE("asked from between the occurrences, the first does not come back")
{
    auto const schedule = day_at("01:30").in("America/New_York");
    CHECK(instants(schedule, "2024-11-03T05:45:00Z", 1) == texts{"2024-11-04T06:30:00Z"});
    CHECK(instants(schedule.when_repeated(fold::second), "2024-11-03T05:45:00Z", 1) ==
          texts{"2024-11-03T06:30:00Z"});
}

TEST_CASE("the end of a repeated hour is not repeated")
{
    CHECK(instants(day_at("02:00").in("America/New_York").when_repeated(fold::both), "2024-11-03T00:00:00Z",
                   2) == texts{"2024-11-03T07:00:00Z", "2024-11-04T07:00:00Z"});
}

TEST_CASE("a local day that does not exist at all")
{
    // Apia went from the end of 29 December 2011 to the beginning of the 31st
    auto const noon = day_at(12h).in("Pacific/Apia");
    texts const once{"2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"};
    CHECK(instants(noon, "2011-12-29T00:00:00Z", 3) == once);
    CHECK(instants(noon.when_missing(gap::skip), "2011-12-29T00:00:00Z", 3) == once);
    CHECK(instants(noon.when_missing(gap::after), "2011-12-29T00:00:00Z", 3) ==
          texts{"2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"});
}

TEST_CASE("a local day that exists twice")
{
    // Kwajalein repeated 30 September 1969
    auto const noon = day_at(12h).in("Pacific/Kwajalein");
    auto const both = instants(noon.when_repeated(fold::both), "1969-09-28T12:00:00Z", 5);
    auto const once = instants(noon, "1969-09-28T12:00:00Z", 4);
    CHECK(once.size() + 1 == both.size());
    CHECK(std::includes(both.begin(), both.end(), once.begin(), once.end()));
    CHECK(once.back() == both.back());
}

TEST_CASE("a change of half an hour")
{
    // Lord Howe, 2024-10-06: 02:00 becomes 02:30
    auto const schedule = day_at("02:15").in("Australia/Lord_Howe");
    CHECK(instants(schedule, "2024-10-05T00:00:00Z", 2) ==
          texts{"2024-10-05T15:45:00Z", "2024-10-06T15:15:00Z"});
    CHECK(instants(schedule.when_missing(gap::after), "2024-10-05T00:00:00Z", 1) ==
          texts{"2024-10-05T15:30:00Z"});
}

TEST_CASE("a change with seconds")
{
    // Monrovia, 1972-01-07: 00:00 at -00:44:30 becomes 00:44:30 UTC
    auto const schedule = day_at("00:30").in("Africa/Monrovia");
    CHECK(instants(schedule, "1972-01-06T00:00:00Z", 3) ==
          texts{"1972-01-06T01:14:30Z", "1972-01-07T01:14:30Z", "1972-01-08T00:30:00Z"});
}

TEST_CASE("daylight saving after the years that a zone file lists")
{
    CHECK(instants(day_at("02:30").in("Europe/Berlin"), "2040-03-24T12:00:00Z", 2) ==
          texts{"2040-03-25T01:30:00Z", "2040-03-26T00:30:00Z"});
    CHECK(instants(day_at("02:30").in("Europe/Berlin").when_repeated(fold::both), "2200-10-26T00:00:00Z",
                   2) == texts{"2200-10-26T00:30:00Z", "2200-10-26T01:30:00Z"});
}

#endif
