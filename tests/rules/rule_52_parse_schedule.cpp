// SPDX-License-Identifier: MIT
// Schedules as text: parse_schedule and to_string.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <string>
#include <string_view>

using namespace std::chrono_literals;
using namespace test;

namespace {

/// The interval that a text is; -1 ns if it is something else.
std::chrono::nanoseconds interval_of(std::string_view text)
{
    auto const s = tasks::parse_schedule(text);
    return s.is_interval() ? s.interval() : -1ns;
}

bool is_cron(std::string_view text, tasks::cron const& wanted)
{
    auto const s = tasks::parse_schedule(text);
    return s.target<tasks::cron>() && *s.target<tasks::cron>() == wanted;
}

bool is_refused_text(std::string_view text)
{
    try {
        static_cast<void>(tasks::parse_schedule(text));
        return false;
    } catch (tasks::bad_option const&) {
        return true;
    }
}

} // namespace

TEST_CASE("rule 52: a duration is an interval, alone or behind every")
{
    CHECK(interval_of("90s") == 90s);
    CHECK(interval_of("@every 1h30m") == 90min);
    CHECK(interval_of("@Every 1h30min") == 90min);
    CHECK(interval_of("every 0s") == 0s);
    CHECK(is_refused_text("EVERY 90s"));
    CHECK(is_refused_text("@every90s"));
    CHECK(is_refused_text("@every @every 90s"));
}

TEST_CASE("rule 52: a duration is numbers with units in falling order, each once")
{
    CHECK(interval_of("1d1h1m1s1ms1us1ns") == 25h + 61s + 1'001'001ns);
    CHECK(interval_of("1.5d") == 36h);
    CHECK(interval_of("2m0.25s") == 120'250ms);
    for (char const* text :
         {"90",  "0",      "1h30", "1m1h", "1m1min", "1s1s", "1.5h30m", "1.s",    ".5s",   "-5s",
          "+5s", "1h 30m", "1H",   "1sec", "1w",     "1e3s", "1,5s",    "1_000s", "PT90S", "0.5ns"})
        if (!is_refused_text(text))
            FAIL(text);
    CHECK(interval_of("9223372036854775807ns") == std::chrono::nanoseconds::max());
    for (char const* text : {"9223372036854775808ns", "9223372037s", "106752d", "213504d"})
        if (!is_refused_text(text))
            FAIL(text);
}

TEST_CASE("rule 52: a cron expression is in UTC, or in the zone in front of it")
{
    CHECK(is_cron("30 4 * * MON-FRI", tasks::cron{"30 4 * * 1-5"}));
    CHECK(is_cron("@Daily", tasks::cron{"0 0 * * *"}));
    CHECK(is_cron("TZ=-03:30 0 0 9 * * *", tasks::cron{"0 0 9 * * *"}.in("-03:30")));
    CHECK(is_cron("CRON_TZ=-03:30\t@daily", tasks::cron{"@daily"}.in("-03:30")));
    for (char const* text :
         {"TZ=-03:30", "TZ= 0 9 * * *", "TZ=-03:30 90s", "TZ=-03:30 @every 90s", "tz=-03:30 0 9 * * *",
          "TZ =-03:30 0 9 * * *", "0 9 * * * TZ=-03:30", "TZ=Mars/Phobos 0 9 * * *"})
        if (!is_refused_text(text))
            FAIL(text);
}

TEST_CASE("rule 52: blanks, tabs and line ends around the text are ignored, other characters refused")
{
    CHECK(interval_of(" \t90s\r\n") == 90s);
    CHECK(is_cron("\n 0  9\t* * * \n", tasks::cron{"0 9 * * *"}));
    for (std::string_view const text :
         {std::string_view{""}, std::string_view{" \n"}, std::string_view{"90s\v"},
          std::string_view{"90s\0", 4}, std::string_view{"0 9 * *\n*"}, std::string_view{"90\xc2\xb5s"},
          std::string_view{"\xef\xbb\xbf"
                           "90s"}})
        if (!is_refused_text(text))
            FAIL(text);
}

TEST_CASE("rule 52: a refusal names the column, the value and the rule")
{
    auto const refusal = [](std::string_view text) {
        return thrown<tasks::bad_option>([&] { static_cast<void>(tasks::parse_schedule(text)); });
    };
    CHECK(refusal(" 1h30") ==
          "tasks: schedule \" 1h30\": column 4, \"30\": a number must have a unit: d, h, m or "
          "min, s, ms, us or ns");
    CHECK(has(refusal("TZ=-03:30 61 * * * *"), "column 11 (minute), \"61\": must be 0 to 59"));
    CHECK(has(refusal("TZ=+5 0 9 * * *"), "column 4, time zone \"+5\""));
}

TEST_CASE("rule 52: what is printed is read back as the same schedule")
{
    for (char const* text :
         {"every 90s", "every 0s", "every 9223372036854775807ns", "30 4 * * MON-FRI", "@weekly", "0 9\t* * *",
          "TZ=-03:30 0 0 9 LW * ? 2030", "TZ=CET-1CEST,M3.5.0,M10.5.0/3 @daily"})
        if (to_string(tasks::parse_schedule(text)) != text)
            FAIL(text << " is printed as " << to_string(tasks::parse_schedule(text)));
    CHECK(to_string(tasks::parse_schedule("  1h30m ")) == "every 90min");
    CHECK(to_string(tasks::parse_schedule("CRON_TZ=UTC 0 9 * * *")) == "0 9 * * *");
}
