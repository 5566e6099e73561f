// SPDX-License-Identifier: MIT
// parse_schedule: what it reads, what it refuses with which message, and that it reads what is printed.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using test::has;
using test::utc;

namespace {

std::chrono::nanoseconds read_interval(std::string_view text)
{
    auto const s = tasks::parse_schedule(text);
    REQUIRE(s.is_interval());
    return s.interval();
}

tasks::cron read_cron(std::string_view text)
{
    auto const s = tasks::parse_schedule(text);
    auto const* const cron = s.target<tasks::cron>();
    REQUIRE(cron);
    return *cron;
}

std::string refusal(std::string_view text)
{
    return test::thrown<tasks::bad_option>([&] { static_cast<void>(tasks::parse_schedule(text)); });
}

constexpr auto most = std::chrono::nanoseconds::max();

} // namespace

TEST_CASE("parse_schedule: durations, to the nanosecond")
{
    CHECK(read_interval("90s") == 90s);
    CHECK(read_interval("1d2h3m4s5ms6us7ns") == 26h + 3min + 4s + 5ms + 6us + 7ns);
    CHECK(read_interval("1h30min") == 90min);
    CHECK(read_interval("1h30m") == 90min);
    CHECK(read_interval("0s") == 0s);
    CHECK(read_interval("0000000000000000000000000000001s") == 1s);
    CHECK(read_interval("1.5h") == 90min);
    CHECK(read_interval("1h0.5m") == 1h + 30s);
    CHECK(read_interval("0.000000001s") == 1ns);
    CHECK(read_interval("0.0000000010000000000000000000000000000000000s") == 1ns);
    CHECK(read_interval("9223372036854775807ns") == most);
    CHECK(read_interval("9223372036.854775807s") == most);
    CHECK(read_interval("106751d23h47m16s854ms775us807ns") == most);
}

TEST_CASE("parse_schedule: a fraction counts if its digits together make whole nanoseconds")
{
    // 5^5 / 10^16 of a day is 27 ns, though no digit of it is a whole number
    CHECK(read_interval("0.0000000000003125d") == 27ns);
    CHECK(has(refusal("0.0000000000003124d"), "whole number"));
    CHECK(has(refusal("0.00000000000031250000001d"), "whole number"));
    CHECK(read_interval("0.00000000005m") == 3ns);
}

TEST_CASE("parse_schedule: @every and every are intervals")
{
    for (char const* text : {"@every 90s", "@EVERY 90s", "@eVeRy\t90s", "every 90s", "every \t 1m30s"})
        CHECK(read_interval(text) == 90s);
}

TEST_CASE("parse_schedule: cron expressions, in UTC or behind a zone")
{
    CHECK(read_cron("30 4 * * MON-FRI") == tasks::cron{"30 4 * * 1-5"});
    CHECK(read_cron("@daily") == tasks::cron{"0 0 * * *"});
    CHECK(read_cron("0 9\t* * *").zone() == tasks::time_zone::utc());
    CHECK(read_cron("TZ=+05:45 0 9 * * *") == tasks::cron{"0 9 * * *"}.in("+05:45"));
    CHECK(read_cron("CRON_TZ=+05:45 \t @daily") == tasks::cron{"@daily"}.in("+05:45"));
    CHECK(read_cron("TZ=Z 0 9 * * *").zone() == tasks::time_zone::utc());
    CHECK(read_cron("TZ=CET-1CEST,M3.5.0,M10.5.0/3 0 9 * * *").next(utc("2024-07-01T00:00:00Z")) ==
          utc("2024-07-01T07:00:00Z"));
}

TEST_CASE("parse_schedule: blanks, tabs and line ends around the text are ignored")
{
    CHECK(read_interval(" \t\r\n90s\r\n \t") == 90s);
    CHECK(read_cron("\n  @daily\n") == tasks::cron{"@daily"});
    CHECK(to_string(read_cron(" 0 9 * * * \r\n")) == "0 9 * * *");
}

TEST_CASE("parse_schedule: a refusal names the text, the column, the value and the rule")
{
    struct {
        std::string_view text;
        char const* place;
        char const* rule;
    } const cases[] = {
        {"", "column 1, \"\"", "is empty"},
        {" \t", "column 1, \" \\x09\"", "is empty"},
        {" ninety", "column 2, \"ninety\"", "must be a duration such as 90s"},
        {"90", "column 1, \"90\"", "must have a unit: d, h, m or min, s, ms, us or ns"},
        {"1h30", "column 3, \"30\"", "must have a unit"},
        {"1h30S", "column 3, \"30S\"", "must have a unit"},
        {"30m1h", "column 4, \"1h\"", "falling order, each once"},
        {"1m1min", "column 3, \"1min\"", "falling order, each once"},
        {"1.5h30m", "column 1, \"1.5h30m\"", "only the last number may have a fraction"},
        {"5.s", "column 1, \"5.\"", "digits on both sides of its point"},
        {".5s", "column 1, \".5s\"", "must be a duration"},
        {"0.1ns", "column 1, \"0.1\"", "a whole number of nanoseconds"},
        {"9223372036854775808ns", "column 1, \"9223372036854775808\"", "64-bit nanoseconds"},
        {"106751d23h47m16.854775808s", "column 14, \"16.854775808\"", "64-bit nanoseconds"},
        {"1h 30m", "column 1 (expression), \"1h 30m\"", "must have 5 fields"},
        {"@every", "column 7, \"\"", "must be a duration"},
        {"@every 5m 5s", "column 10, \" 5s\"", "must be a duration"},
        {" @every -5s", "column 9, \"-5s\"", "must be a duration"},
        {"5 minutes", "column 1 (expression), \"5 minutes\"", "must have 5 fields"},
        {"  61 * * * *", "column 3 (minute), \"61\"", "must be 0 to 59"},
        {"TZ=+05:45 61 * * * *", "column 11 (minute), \"61\"", "must be 0 to 59"},
        {"TZ=+05:45 90s", "column 11, \"90s\"", "a cron expression must follow the zone"},
        {"TZ=+05:45 @EVERY 90s", "column 11, \"@EVERY 90s\"", "a cron expression must follow the zone"},
        {"TZ=+05:45", "column 10, \"\"", "a cron expression must follow the zone"},
        {"CRON_TZ=+5 0 9 * * *", "column 9, time zone \"+5\"", "must be +HH:MM"},
        {"0 9 * * *\n0 10 * * *", "column 10, \"\\x0a\"", "only printable ASCII characters"},
        {"0 9 * * *\v", "column 10, \"\\x0b\"", "only printable ASCII characters"},
        {{"90s\0", 4}, "column 4, \"\\x00\"", "only printable ASCII characters"},
        {"90\xc2\xb5s", "column 3, \"\xc2\xb5\"", "only printable ASCII characters"},
    };
    for (auto const& c : cases) {
        auto const message = refusal(c.text);
        CAPTURE(message, c.place, c.rule);
        CHECK((message.starts_with("tasks: schedule \"") || message.starts_with("tasks: cron \"")));
        CHECK(has(message, tasks::detail::quoted(c.text) + ": " + c.place));
        CHECK(has(message, c.rule));
    }
}

TEST_CASE("parse_schedule: reads what is printed of any interval")
{
    std::mt19937_64 random{52};
    for (int i = 0; i < 20'000; ++i) {
        // of any length, often a multiple of some unit
        auto n = static_cast<std::int64_t>(random() >> (1 + random() % 63));
        for (auto const unit : {1'000, 1'000, 1'000, 60, 60, 24})
            if (random() % 2 == 0 && n <= most.count() / unit)
                n *= unit;
        tasks::schedule const s{std::chrono::nanoseconds{n}};
        auto const text = to_string(s);
        auto const again = tasks::parse_schedule(text);
        if (!again.is_interval() || again.interval() != s.interval() || to_string(again) != text)
            FAIL(text);
    }
    SUCCEED();
}

TEST_CASE("parse_schedule: a decimal fraction is exact")
{
    std::mt19937_64 random{16};
    for (int i = 0; i < 20'000; ++i) {
        // so many nanoseconds as a fraction of a second, millisecond or microsecond
        auto const digits = 3 * (1 + random() % 3);
        std::int64_t unit = 1;
        for (auto k = digits; k > 0; --k)
            unit *= 10;
        auto const n = static_cast<std::int64_t>(random() >> (4 + random() % 58));
        auto fraction = std::to_string(unit + n % unit).substr(1);
        auto const text = std::to_string(n / unit) + "." + fraction +
                          (digits == 9   ? "s"
                           : digits == 6 ? "ms"
                                         : "us");
        if (read_interval(text) != std::chrono::nanoseconds{n})
            FAIL(text);
        if (!has(refusal(text.substr(0, text.find('.') + 1 + fraction.size()) + "1" +
                         text.substr(text.find('.') + 1 + fraction.size())),
                 "whole number"))
            FAIL(text << " with another digit");
    }
    SUCCEED();
}

TEST_CASE("parse_schedule: reads what is printed of cron expressions, whatever the zone")
{
    for (std::string const expression : {"0 9 * * 1-5", "@weekly", "*/5 0 9\t* * *", "0 0 9 LW * ? 2030"})
        for (char const* zone : {"UTC", "+05:45", "-03:30", "CET-1CEST,M3.5.0,M10.5.0/3"}) {
            auto const cron = tasks::cron{expression}.in(zone);
            auto const text = to_string(cron);
            CAPTURE(text);
            auto const again = tasks::parse_schedule(text);
            REQUIRE(again.target<tasks::cron>());
            CHECK(*again.target<tasks::cron>() == cron);
            CHECK(to_string(again) == text);
        }
}
