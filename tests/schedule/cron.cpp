// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using namespace tasks::literals;
using tasks::cron;
using tasks::fold;
using tasks::gap;
using test::instants;
using test::utc;
using texts = std::vector<std::string>;

static_assert(std::is_copy_constructible_v<cron>);
static_assert(!std::is_default_constructible_v<cron>);
static_assert(!std::is_convertible_v<char const*, cron>, "a text is parsed where that is said");
static_assert(std::is_convertible_v<cron, tasks::schedule>);

TEST_CASE("cron: made from a text or an expression, in UTC")
{
    cron const c{"0 12 * * MON"};
    CHECK(c.expression() == "0 12 * * 1"_cron);
    CHECK(c.zone() == tasks::time_zone::utc());
    CHECK(c.when_missing() == gap::after);
    CHECK(c.when_repeated() == fold::first);
    CHECK(c == "0 12 * * 1"_cron);
    CHECK(cron{std::string{"0 12 * * 1"}} == c);
    CHECK(cron{std::string_view{"0 12 * * 2"}} != c);
    CHECK_THROWS_AS(cron{"0 24 * * *"}, tasks::bad_option);
}

TEST_CASE("cron: the settings change a copy and leave the rest")
{
    auto const a = cron{"0 12 * * *"};
    auto const b = a.in("+09:00").when_missing(gap::skip).when_repeated(fold::both);
    CHECK(a == cron{"0 12 * * *"});
    CHECK(b.expression() == a.expression());
    CHECK(b.zone().name() == "+09:00");
    CHECK(b.when_missing() == gap::skip);
    CHECK(b.when_repeated() == fold::both);
    CHECK(b != a);
    CHECK(b != b.in("UTC"));
    CHECK(b != b.when_missing(gap::shift));
    CHECK(b != b.when_repeated(fold::second));
    CHECK(b.in(tasks::time_zone::fixed(1h)).when_missing() == gap::skip);
    CHECK_THROWS_AS(a.in("Mars/Phobos"), tasks::bad_option);
}

TEST_CASE("cron: a schedule says what it is")
{
    CHECK(to_string(cron{" 0  12 * * MON "}) == "0  12 * * MON");
    CHECK(to_string(cron{"@daily"}.in("Z")) == "@daily");
    CHECK(to_string(cron{"@daily"}.in("+09:00")) == "TZ=+09:00 @daily");
    CHECK(to_string(cron{"@daily"}.when_missing(gap::skip).when_repeated(fold::both)) ==
          "@daily, missing: skip, repeated: both");
    CHECK(to_string(cron{"@daily"}.in("+01:00").when_missing(gap::shift).when_repeated(fold::second)) ==
          "TZ=+01:00 @daily, missing: shift, repeated: second");
    CHECK(to_string(tasks::schedule{cron{"@daily"}.in("+09:00")}) == "TZ=+09:00 @daily");
}

TEST_CASE("cron: the next instant is strictly after the one asked from, to the nanosecond")
{
    auto const noon = cron{"0 12 * * *"};
    CHECK(test::text(noon.next(utc("2024-01-15T12:00:00Z"))) == "2024-01-16T12:00:00Z");
    CHECK(test::text(noon.next(utc("2024-01-15T12:00:00Z") - 1ns)) == "2024-01-15T12:00:00Z");
    CHECK(test::text(noon.next(utc("2024-01-15T12:00:00Z") + 1ns)) == "2024-01-16T12:00:00Z");
    CHECK(test::text(cron{"* * * * * *"}.next(utc("2024-12-31T23:59:59Z"))) == "2025-01-01T00:00:00Z");
    CHECK(test::text(cron{"* * * * *"}.next(utc("1969-12-31T23:59:30Z") + 1ns)) == "1970-01-01T00:00:00Z");
}

TEST_CASE("cron: seconds, minutes and hours carry over")
{
    CHECK(instants(cron{"5,50 10,59 8,23 * * *"}, "2024-02-28T23:10:04Z", 9) ==
          texts{"2024-02-28T23:10:05Z", "2024-02-28T23:10:50Z", "2024-02-28T23:59:05Z",
                "2024-02-28T23:59:50Z", "2024-02-29T08:10:05Z", "2024-02-29T08:10:50Z",
                "2024-02-29T08:59:05Z", "2024-02-29T08:59:50Z", "2024-02-29T23:10:05Z"});
    CHECK(instants(cron{"30 10 * * *"}, "2024-01-15T10:30:01Z", 1) == texts{"2024-01-16T10:30:00Z"});
    CHECK(instants(cron{"30 10 * * *"}, "2024-01-15T09:45:00Z", 1) == texts{"2024-01-15T10:30:00Z"});
    CHECK(instants(cron{"15 10,11 * * *"}, "2024-01-15T10:20:00Z", 1) == texts{"2024-01-15T11:15:00Z"});
}

TEST_CASE("cron: the last day of the month, and days before it")
{
    CHECK(instants(cron{"0 0 L * *"}, "2023-12-31T00:00:00Z", 4) ==
          texts{"2024-01-31T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z",
                "2024-04-30T00:00:00Z"});
    CHECK(instants(cron{"0 0 L-29 * *"}, "2023-01-01T00:00:00Z", 4) ==
          texts{"2023-01-02T00:00:00Z", "2023-03-02T00:00:00Z", "2023-04-01T00:00:00Z",
                "2023-05-02T00:00:00Z"});
    CHECK(instants(cron{"0 0 L-30 * *"}, "2023-01-01T00:00:00Z", 2) ==
          texts{"2023-03-01T00:00:00Z", "2023-05-01T00:00:00Z"});
    CHECK(instants(cron{"0 0 1,L-1,L * *"}, "2023-02-02T00:00:00Z", 3) ==
          texts{"2023-02-27T00:00:00Z", "2023-02-28T00:00:00Z", "2023-03-01T00:00:00Z"});
}

TEST_CASE("cron: the nearest weekday stays in its month")
{
    // 1 June 2024 is a Saturday, 30 June a Sunday, 31 August a Saturday, 1 September a Sunday
    CHECK(instants(cron{"0 0 1W * *"}, "2024-05-31T00:00:00Z", 4) ==
          texts{"2024-06-03T00:00:00Z", "2024-07-01T00:00:00Z", "2024-08-01T00:00:00Z",
                "2024-09-02T00:00:00Z"});
    CHECK(instants(cron{"0 0 30W * *"}, "2024-05-31T00:00:00Z", 2) ==
          texts{"2024-06-28T00:00:00Z", "2024-07-30T00:00:00Z"});
    CHECK(instants(cron{"0 0 31W * *"}, "2024-05-31T00:00:00Z", 2) ==
          texts{"2024-07-31T00:00:00Z", "2024-08-30T00:00:00Z"});
    CHECK(instants(cron{"0 0 LW * *"}, "2024-05-31T00:00:00Z", 3) ==
          texts{"2024-06-28T00:00:00Z", "2024-07-31T00:00:00Z", "2024-08-30T00:00:00Z"});
    CHECK(instants(cron{"0 0 15W,16W * *"}, "2024-06-01T00:00:00Z", 3) ==
          texts{"2024-06-14T00:00:00Z", "2024-06-17T00:00:00Z", "2024-07-15T00:00:00Z"});
    CHECK(instants(cron{"0 0 29W 2 *"}, "2023-01-01T00:00:00Z", 1) == texts{"2024-02-29T00:00:00Z"});
}

TEST_CASE("cron: the n-th and the last day of the week in a month")
{
    CHECK(instants(cron{"0 0 * * 5#5"}, "2024-01-01T00:00:00Z", 3) ==
          texts{"2024-03-29T00:00:00Z", "2024-05-31T00:00:00Z", "2024-08-30T00:00:00Z"});
    CHECK(instants(cron{"0 0 * * 1L"}, "2024-01-01T00:00:00Z", 2) ==
          texts{"2024-01-29T00:00:00Z", "2024-02-26T00:00:00Z"});
    CHECK(instants(cron{"0 0 * * 1#1,3,7L"}, "2024-02-01T00:00:00Z", 6) ==
          texts{"2024-02-05T00:00:00Z", "2024-02-07T00:00:00Z", "2024-02-14T00:00:00Z",
                "2024-02-21T00:00:00Z", "2024-02-25T00:00:00Z", "2024-02-28T00:00:00Z"});
    // a month that begins with each day of the week
    for (auto const* month : {"2024-01", "2024-02", "2024-03", "2024-05", "2024-06", "2024-09", "2024-10"}) {
        CAPTURE(month);
        auto const begin = utc(month + std::string{"-01T00:00:00Z"}) - 1s;
        for (int day = 0; day < 7; ++day)
            for (int n = 1; n < 5; ++n) {
                auto const t = cron{"0 0 * * " + std::to_string(day) + "#" + std::to_string(n)}.next(begin);
                REQUIRE(t);
                auto const since = std::chrono::floor<std::chrono::days>(*t - begin);
                CHECK(since / 7 == std::chrono::days{n - 1});
                CHECK(std::chrono::weekday{std::chrono::floor<std::chrono::days>(*t)}.c_encoding() ==
                      static_cast<unsigned>(day));
            }
    }
}

TEST_CASE("cron: either of two restricted days suffices, and both must match if one begins with *")
{
    CHECK(instants(cron{"0 0 13 * 5"}, "2024-09-07T00:00:00Z", 3) ==
          texts{"2024-09-13T00:00:00Z", "2024-09-20T00:00:00Z", "2024-09-27T00:00:00Z"});
    CHECK(instants(cron{"0 0 13 * */5"}, "2024-09-07T00:00:00Z", 3) ==
          texts{"2024-09-13T00:00:00Z", "2024-10-13T00:00:00Z", "2024-12-13T00:00:00Z"});
    CHECK(instants(cron{"0 0 */13 * 5"}, "2024-09-07T00:00:00Z", 2) ==
          texts{"2024-09-27T00:00:00Z", "2024-11-01T00:00:00Z"});
    CHECK(instants(cron{"0 0 L * 5L"}, "2024-09-07T00:00:00Z", 3) ==
          texts{"2024-09-27T00:00:00Z", "2024-09-30T00:00:00Z", "2024-10-25T00:00:00Z"});
    CHECK(instants(cron{"0 0 *,L * 5L"}, "2024-09-07T00:00:00Z", 2) ==
          texts{"2024-09-27T00:00:00Z", "2024-10-25T00:00:00Z"});
}

TEST_CASE("cron: years are those of the local date")
{
    CHECK(instants(cron{"0 0 12 1 1 ? 2025,2027-2031/2"}, "2020-01-01T00:00:00Z", 9) ==
          texts{"2025-01-01T12:00:00Z", "2027-01-01T12:00:00Z", "2029-01-01T12:00:00Z",
                "2031-01-01T12:00:00Z"});
    CHECK(instants(cron{"0 0 0 1 1 ? 2025"}.in("+14:00"), "2020-01-01T00:00:00Z", 9) ==
          texts{"2024-12-31T10:00:00Z"});
    CHECK(instants(cron{"0 0 23 31 12 ? 2024"}.in("-12:00"), "2020-01-01T00:00:00Z", 9) ==
          texts{"2025-01-01T11:00:00Z"});
    CHECK(instants(cron{"0 0 * 31 12 ? 2024"}, "2024-12-31T22:00:00Z", 9) == texts{"2024-12-31T23:00:00Z"});
    CHECK(instants(cron{"0 0 0 1 1 ? *"}, "2198-06-01T00:00:00Z", 9) == texts{"2199-01-01T00:00:00Z"});
    CHECK(instants(cron{"0 0 0 1 1 ? *"}, "1900-06-01T00:00:00Z", 1) == texts{"1970-01-01T00:00:00Z"});
    CHECK(instants(cron{"0 0 1 1 *"}, "1900-06-01T00:00:00Z", 1) == texts{"1901-01-01T00:00:00Z"});
    // the sets of 64 years meet here
    CHECK(instants(cron{"0 0 0 1 1 ? 2033,2034,2097,2098,2161,2162"}, "1970-01-01T00:00:00Z", 9) ==
          texts{"2033-01-01T00:00:00Z", "2034-01-01T00:00:00Z", "2097-01-01T00:00:00Z",
                "2098-01-01T00:00:00Z", "2161-01-01T00:00:00Z", "2162-01-01T00:00:00Z"});
}

TEST_CASE("cron: a day that comes after 40 years is found")
{
    // 2100 is no leap year
    CHECK(instants(cron{"0 0 29 2 */7"}, "2088-02-28T23:59:59Z", 2) ==
          texts{"2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"});
    CHECK(instants(cron{"59 23 29 2 */7"}.in("-12:00"), "2088-03-01T11:59:00Z", 1) ==
          texts{"2128-03-01T11:59:00Z"});
    CHECK(instants(cron{"0 0 29 2 */7"}.in("+14:00"), "2088-02-28T10:00:00Z", 1) ==
          texts{"2128-02-28T10:00:00Z"});
    CHECK(instants(cron{"0 0 0 29 2 */7 2112-2199"}, "1900-01-01T00:00:00Z", 9) ==
          texts{"2128-02-29T00:00:00Z", "2156-02-29T00:00:00Z", "2184-02-29T00:00:00Z"});
}

TEST_CASE("cron: 40 years without a match are the end, and excluded years do not count")
{
    for (auto const* never : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 */31 * MON#5", "0 0 0 29 2 ? 2025/4",
                              "0 0 0 1 1 ? 2023", "0 0 0 31W 2 ? *"}) {
        CAPTURE(never);
        CHECK(cron{never}.next(utc("2024-01-02T00:00:00Z")) == std::nullopt);
        CHECK(cron{never}.in("+05:30").next(utc("2024-01-02T00:00:00Z")) == std::nullopt);
    }
    CHECK(instants(cron{"0 0 0 1 1 ? 2199"}, "1700-01-01T00:00:00Z", 9) == texts{"2199-01-01T00:00:00Z"});
    // 39 excluded and 40 other years, and then one too many
    CHECK(instants(cron{"0 0 0 29 2 ? 2101-2102,2105-2106,2109-2110,2113-2149/4,2196"},
                   "2097-01-01T00:00:00Z", 9) == texts{"2196-02-29T00:00:00Z"});
    CHECK(instants(cron{"0 0 0 29 2 ? 2041-2195/2,2196"}, "2040-03-01T00:00:00Z", 9).empty());
}

TEST_CASE("cron: at the ends of the range of instants there is an answer or none, and no overflow")
{
    for (auto const* zone : {"UTC", "+23:59", "-23:59"}) {
        CAPTURE(zone);
        auto const minutes = cron{"* * * * *"}.in(zone);
        auto const first = minutes.next(tasks::time_point::min());
        REQUIRE(first);
        CHECK(*first < utc("1677-10-03T00:00:00Z"));
        CHECK(minutes.next(*first) == *first + 1min);
        CHECK(minutes.next(utc("2262-03-31T00:00:00Z")));
        CHECK_FALSE(minutes.next(utc("2262-04-03T00:00:00Z")));
        CHECK_FALSE(minutes.next(tasks::time_point::max()));
        auto const far = cron{"0 0 30 4 *"}.in(zone);
        CHECK(far.next(utc("2261-04-01T00:00:00Z")));
        CHECK_FALSE(far.next(utc("2261-06-01T00:00:00Z")));
        CHECK_FALSE(far.next(utc("2262-03-31T00:00:00Z")));
        CHECK_FALSE(cron{"0 0 29 2 *"}.in(zone).next(utc("2261-06-01T00:00:00Z")));
    }
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

// Berlin: on 2024-03-31 02:00 becomes 03:00, at 01:00Z; on 2024-10-27 03:00 becomes 02:00, at 01:00Z

TEST_CASE("cron: fixed times in a gap are its end, once")
{
    auto const c = cron{"0,30 2,3 * * *"}.in("Europe/Berlin");
    CHECK(instants(c, "2024-03-30T12:00:00Z", 3) ==
          texts{"2024-03-31T01:00:00Z", "2024-03-31T01:30:00Z", "2024-04-01T00:00:00Z"});
    CHECK(instants(c.when_missing(gap::shift), "2024-03-30T12:00:00Z", 3) ==
          texts{"2024-03-31T01:00:00Z", "2024-03-31T01:30:00Z", "2024-04-01T00:00:00Z"});
    auto const half = cron{"30 2 * * *"}.in("Europe/Berlin");
    CHECK(instants(half, "2024-03-30T12:00:00Z", 1) == texts{"2024-03-31T01:00:00Z"});
    CHECK(instants(half.when_missing(gap::shift), "2024-03-30T12:00:00Z", 1) ==
          texts{"2024-03-31T01:30:00Z"});
    CHECK(instants(half.when_missing(gap::skip), "2024-03-30T12:00:00Z", 1) == texts{"2024-04-01T00:30:00Z"});
}

TEST_CASE("cron: a fixed time that exists twice")
{
    auto const half = cron{"30 2 * * *"}.in("Europe/Berlin");
    CHECK(instants(half, "2024-10-26T12:00:00Z", 2) == texts{"2024-10-27T00:30:00Z", "2024-10-28T01:30:00Z"});
    CHECK(instants(half.when_repeated(fold::second), "2024-10-26T12:00:00Z", 2) ==
          texts{"2024-10-27T01:30:00Z", "2024-10-28T01:30:00Z"});
    CHECK(instants(half.when_repeated(fold::both), "2024-10-26T12:00:00Z", 3) ==
          texts{"2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z", "2024-10-28T01:30:00Z"});
}

TEST_CASE("cron: all seconds of a repeated hour, one by one and at once")
{
    auto const c = cron{"0-59 0-59 2,4 * * *"}.in("Europe/Berlin");
    CHECK(test::text(c.next(utc("2024-10-27T00:59:59Z"))) == "2024-10-27T03:00:00Z");
    CHECK(test::text(c.when_repeated(fold::second).next(utc("2024-10-26T12:00:00Z"))) ==
          "2024-10-27T01:00:00Z");
    CHECK(test::text(c.when_missing(gap::shift).next(utc("2024-03-31T01:59:58Z"))) == "2024-03-31T01:59:59Z");
    CHECK(test::text(c.when_missing(gap::shift).next(utc("2024-03-31T01:59:59Z"))) == "2024-03-31T02:00:00Z");
}

TEST_CASE("cron: a wildcard fires whenever the clock shows the time, whatever the rules are")
{
    for (auto const missing : {gap::shift, gap::after, gap::skip})
        for (auto const repeated : {fold::first, fold::second, fold::both}) {
            auto const c =
                cron{"*/30 2 * * *"}.in("Europe/Berlin").when_missing(missing).when_repeated(repeated);
            CHECK(instants(c, "2024-03-30T12:00:00Z", 2) ==
                  texts{"2024-04-01T00:00:00Z", "2024-04-01T00:30:00Z"});
            CHECK(instants(c, "2024-10-26T12:00:00Z", 5) ==
                  texts{"2024-10-27T00:00:00Z", "2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z",
                        "2024-10-27T01:30:00Z", "2024-10-28T01:00:00Z"});
        }
}

TEST_CASE("cron: a time that exists in no year of the next 40 is the end, although it is named each year")
{
    // New York: on the second Sunday of March 02:00 becomes 03:00
    auto const c = cron{"30 2 * 3 SUN#2"}.in("America/New_York");
    CHECK(test::text(c.next(utc("2024-01-01T00:00:00Z"))) == "2024-03-10T07:00:00Z");
    CHECK(c.when_missing(gap::skip).next(utc("2024-01-01T00:00:00Z")) == std::nullopt);
    CHECK(test::text(c.when_missing(gap::skip).next(utc("2005-01-01T00:00:00Z"))) == "2005-03-13T07:30:00Z");
}

TEST_CASE("cron: a local day that does not exist at all")
{
    // Apia went from the end of 29 December 2011 to the beginning of the 31st, at 10:00Z
    CHECK(instants(cron{"0 12 30 12 *"}.in("Pacific/Apia"), "2011-01-01T00:00:00Z", 2) ==
          texts{"2011-12-30T10:00:00Z", "2012-12-29T22:00:00Z"});
    CHECK(instants(cron{"* 12 30 12 *"}.in("Pacific/Apia"), "2011-01-01T00:00:00Z", 1) ==
          texts{"2012-12-29T22:00:00Z"});
    CHECK(instants(cron{"0 0 12 30 12 ? 2011"}.in("Pacific/Apia"), "1970-01-01T00:00:00Z", 9) ==
          texts{"2011-12-30T10:00:00Z"});
    CHECK(instants(cron{"0 0 12 30 12 ? 2011"}.in("Pacific/Apia").when_missing(gap::skip),
                   "1970-01-01T00:00:00Z", 9)
              .empty());
}

TEST_CASE("cron: a year far away in a zone that goes on to change its clocks")
{
    CHECK(instants(cron{"0 0 12 1 1,7 ? 2199"}.in("Europe/Berlin"), "2024-01-01T00:00:00Z", 9) ==
          texts{"2199-01-01T11:00:00Z", "2199-07-01T10:00:00Z"});
    CHECK(instants(cron{"0 30 2 31 3 ? 2199"}.in("Europe/Berlin"), "2024-01-01T00:00:00Z", 9) ==
          texts{"2199-03-31T01:00:00Z"});
}

#endif
