// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>
#include <tasks/schedule/cron_expression.hpp>

#include <string>
#include <type_traits>

using namespace tasks::literals;
using tasks::cron_expression;
using test::has;

namespace {

static_assert(std::is_trivially_copyable_v<cron_expression>);
static_assert(!std::is_convertible_v<char const*, cron_expression>);
static_assert(std::is_convertible_v<cron_expression, tasks::cron>);
static_assert(std::is_convertible_v<cron_expression, tasks::schedule>);

constexpr auto nightly = "30 4 * * MON-FRI"_cron;
static_assert(nightly == cron_expression::parse("30\t4  * * 1-5\n"));
static_assert(nightly != "30 4 * * *"_cron);
static_assert(nightly.text() == "30 4 * * MON-FRI");
static_assert(!nightly.is_wildcard());

cron_expression read(std::string const& text)
{
    return cron_expression::parse(text);
}

std::string refusal_of(std::string const& text)
{
    return test::thrown<tasks::bad_option>([&] { static_cast<void>(read(text)); });
}

/// What a refusal says after the text that it quotes.
std::string why(std::string const& text)
{
    auto const message = refusal_of(text);
    auto const begin = "tasks: cron \"" + text + "\": ";
    return message.starts_with(begin) ? message.substr(begin.size()) : "unexpected: " + message;
}

} // namespace

TEST_CASE("expressions that match the same are equal, however they are written")
{
    struct pair {
        char const* a;
        char const* b;
    };
    auto const p = GENERATE(values<pair>({
        {"0 0 * * *", "@daily"},
        {"0 0 * * *", "@MidNight"},
        {"0 * * * *", "@hourly"},
        {"0 0 * * 0", "@weekly"},
        {"0 0 1 * *", "@monthly"},
        {"0 0 1 1 *", "@yearly"},
        {"0 0 1 1 *", "@Annually"},
        {"0 0 * * *", "  0 0 * * *\r\n"},
        {"0 0 * * *", "0 0 0 * * *"},
        {"0 0 * * *", "00 000 ? * ?"},
        {"0 0 * * *", "0 0 1-31 * *"},
        {"0 0 * * *", "0 0 * 1-12 1-7"},
        {"0 0 * * *", "0 0 1-31 * 1"},
        {"0 0 * * *", "0 0 15 * 0-6"},
        {"0 0 * * *", "0 0 *,L,3W,LW * *,5L,1#2"},
        {"5 9,17 * * *", "5-5 17,9,17 * * *"},
        {"0,20,40 * * * *", "0-59/20 * * * *"},
        {"*/20 * * * *", "*/20,40 * * * *"},
        {"*/90 1 * * *", "*/60,0 1 * * *"},
        {"*/99999999999999999999 1 * * *", "*/60 1 * * *"},
        {"10,30,50 1 * * *", "10/20 1 * * *"},
        {"0 22,23,0,1,2 * * *", "0 22-2 * * *"},
        {"0 5,11,17,23 * * *", "0 5-4/6 * * *"},
        {"0 0 1 11,12,1,2 *", "0 0 1 Nov-FEBRUARY *"},
        {"0 0 1 11,1 *", "0 0 1 11-2/2 *"},
        {"0 0 1 2,5,8,11 *", "0 0 1 2/3 *"},
        {"0 12 * * 0", "0 12 * * 7"},
        {"0 12 * * 0", "0 12 * * SUN-SUN"},
        {"0 12 * * 5,6,0", "0 12 * * 5-7"},
        {"0 12 * * 5,6,0", "0 12 * * FRI-sunday"},
        {"0 12 * * 0,1,2", "0 12 * * 7-2"},
        {"0 12 * * 0,2,4,6", "0 12 * * 7/2"},
        {"0 12 * * 5,6", "0 12 * * 5/1"},
        {"0 12 * * 0,3,6", "0 12 * * 0-7/3"},
        {"0 12 * * 1,3,5,0", "0 12 * * 1-7/2"},
        {"0 12 * * 1,2,3,4,5", "0 12 * * 1-FRI"},
        {"0 12 * * *", "0 12 * * 7-7"}, // from Sunday, which begins the week, to the one behind Saturday
        {"0 12 * * 0L", "0 12 * * SundayL"},
        {"0 12 * * 7#2", "0 12 * * sun#2"},
        {"0 12 * * 5,5L,5#1", "0 12 * * 5"},
        {"0 0 l,l-3,lw,15w * *", "0 0 15W,LW,L-3,L * *"},
        {"0 0 0 1 1 ? 2025,2027", "0 0 0 1 1 ? 2025-2028/2"},
        {"0 0 0 1 1 ? 2198,2199", "0 0 0 1 1 ? 2198/1"},
        {"0 0 0 1 1 ? *", "0 0 0 1 1 ? 1970-2199"},
    }));
    CAPTURE(p.a, p.b);
    CHECK(read(p.a) == read(p.b));
}

TEST_CASE("expressions that match something else are not equal")
{
    struct pair {
        char const* a;
        char const* b;
    };
    auto const p = GENERATE(values<pair>({
        {"0 0 * * *", "0 1 * * *"},       {"0 0 * * *", "1 0 * * *"},
        {"0 0 * * *", "1 0 0 * * *"},     {"* 1 * * *", "0-59 1 * * *"}, // a wildcard and a list of times
        {"1 * * * *", "1 0-23 * * *"},    {"* 1 1 * * *", "0-59 1 1 * * *"},
        {"0 0 1 * *", "0 0 1 1 *"},       {"0 0 1 * *", "0 0 1 * 1"},
        {"0 0 */2 * 1", "0 0 1/2 * 1"}, // both must match, and either may
        {"0 0 13 * */2", "0 0 13 * 0/2"}, {"0 0 L * *", "0 0 31 * *"},
        {"0 0 L-1 * *", "0 0 L-2 * *"},   {"0 0 LW * *", "0 0 L * *"},
        {"0 0 1W * *", "0 0 1 * *"},      {"0 0 * * 1L", "0 0 * * 1"},
        {"0 0 * * 1L", "0 0 * * 1#5"},    {"0 0 * * 1#1", "0 0 * * 1#2"},
        {"0 0 0 1 1 ? *", "0 0 1 1 *"},   {"0 0 0 1 1 ? 2025", "0 0 0 1 1 ? 2026"},
    }));
    CAPTURE(p.a, p.b);
    CHECK(read(p.a) != read(p.b));
}

TEST_CASE("a wildcard is an expression whose second, minute or hour begins with *")
{
    for (auto const* text : {"* 0 * * *", "*/15 0 * * *", "0 * * * *", "0 */2 * * *", "*/2,1 0 * * *",
                             "* 0 0 * * *", "@hourly"}) {
        CAPTURE(text);
        CHECK(read(text).is_wildcard());
    }
    for (auto const* text :
         {"0-59 0-23 * * *", "0 0 * * *", "1,*/2 0 * * *", "0 0 0 */2 */3 */2 */2", "@daily"}) {
        CAPTURE(text);
        CHECK_FALSE(read(text).is_wildcard());
    }
}

TEST_CASE("the text is kept as it was written, without the blanks around it")
{
    CHECK(read(" \t0 0\t* *  MON \r\n").text() == "0 0\t* *  MON");
    CHECK(to_string(read("@Daily")) == "@Daily");
    CHECK(to_string("5  4 * * *"_cron) == "5  4 * * *");
    CHECK(to_string(tasks::schedule{"5 4 * * *"_cron}) == "5 4 * * *");
}

TEST_CASE("a text may have 511 characters, and no more")
{
    std::string longest = "0";
    while (longest.size() + 2 + 8 <= cron_expression::max_size)
        longest += ",0";
    longest += " 0 * * *";
    while (longest.size() < cron_expression::max_size)
        longest.insert(longest.size() - 1, " ");
    CHECK(read(longest) == "@daily"_cron);
    CHECK(read(longest).text() == longest);
    CHECK(read(" " + longest + "\n").text() == longest);
    longest.insert(longest.size() - 1, " ");
    CHECK(has(refusal_of(longest), "...\": must not be longer than 511 characters"));
}

TEST_CASE("a refusal names the column, the field, the value and the rule")
{
    CHECK(why("60 * * * *") == "column 1 (minute), \"60\": must be 0 to 59");
    CHECK(why("* 5-24 * * *") == "column 5 (hour), \"24\": must be 0 to 23");
    CHECK(why("*/5,61 * * * * *") == "column 5 (second), \"61\": must be 0 to 59");
    CHECK(why("0 0 0 * *") == "column 5 (day of the month), \"0\": must be 1 to 31");
    CHECK(why("0 0 1 13 *") == "column 7 (month), \"13\": must be 1 to 12, or a name such as JAN or January");
    CHECK(why("0 0 * * 8") == "column 9 (day of the week), \"8\": must be 0 to 7, where 0 and 7 are Sunday, "
                              "or a name such as MON or Monday");
    CHECK(why("0 0 * * MON-Frid") ==
          "column 9 (day of the week), \"MON-Frid\": must be 0 to 7, where 0 and 7 "
          "are Sunday, or a name such as MON or Monday");
    CHECK(why("0 0 0 1 1 * 1969") == "column 13 (year), \"1969\": must be 1970 to 2199");
    CHECK(why("0 0 0 1 1 * 99999999999999999999") ==
          "column 13 (year), \"99999999999999999999\": must be 1970 to 2199");
    CHECK(why("  5+  * * * *") == "column 4 (minute), \"+\": must be *, a, a-b, */n, a/n or a-b/n, or a list "
                                  "of these");
    CHECK(why("0 x * * *") == "column 3 (hour), \"x\": must be *, a, a-b, */n, a/n or a-b/n, or a list of "
                              "these");
    CHECK(why("0 0 15Wx * *") == "column 8 (day of the month), \"x\": must be *, a, a-b, */n, a/n, a-b/n, L, "
                                 "L-n, nW or LW, or a list of these, or ? alone");
    CHECK(why("0 0 * * 5#2/2") ==
          "column 12 (day of the week), \"/2\": must be *, a, a-b, */n, a/n, a-b/n, nL "
          "or n#k, or a list of these, or ? alone");
    CHECK(why("0 0 L-31 * *") == "column 5 (day of the month), \"L-31\": must be L-1 to L-30");
    CHECK(why("0 0 * * 5#6") ==
          "column 9 (day of the week), \"5#6\": must have a number from 1 to 5 after #");
    CHECK(why("*/0 * * * *") == "column 3 (minute), \"0\": must have a number from 1 as its step");
    CHECK(why("1-5/ * * * *") == "column 1 (minute), \"1-5/\": must have a number from 1 as its step");
    CHECK(why("50-10 * * * *") == "column 4 (minute), \"10\": must not end a range below its beginning; only "
                                  "hours, months and days of the week wrap");
    CHECK(why("1,,2 * * * *") == "column 1 (minute), \"1,,2\": must not have an empty entry in its list");
    CHECK(why("* * *") ==
          "column 1 (expression), \"* * *\": must have 5 fields: minute, hour, day of the month, "
          "month, day of the week; or 6: seconds first; or 7: years last");
    CHECK(has(why("0 0 0 1 1 * 2024 9 9"), "column 18 (expression), \"9 9\": must have 5 fields"));
    CHECK(why("") == "column 1 (expression), \"\": is empty; an expression has 5 to 7 fields");
    CHECK(why("@daily 5") == "column 1 (macro), \"@daily 5\": must be @hourly, @daily, @midnight, @weekly, "
                             "@monthly, @yearly or @annually, alone");
}

TEST_CASE("a refusal of what other dialects accept says what to write instead")
{
    CHECK(has(why("@every 5m"), "is an interval; write a duration such as 5min, or use parse_schedule"));
    CHECK(has(why("@EVERY"), "is an interval"));
    CHECK(has(why("@Reboot"), "is no time; start or call the loop when the program starts"));
    CHECK(has(why("TZ=UTC 0 9 * * *"), "write cron(...).in(\"Zone\"), or use parse_schedule"));
    CHECK(has(why("CRON_TZ=UTC 0 9 * * *"), "write cron(...).in(\"Zone\"), or use parse_schedule"));
}

TEST_CASE("L, W and # are never in a range, with a step, or without their number")
{
    for (auto const* text :
         {"0 0 L/2 * *",  "0 0 LW/2 * *",  "0 0 1W/2 * *", "0 0 1-L * *",   "0 0 L-L * *",
          "0 0 1-5W * *", "0 0 1W-5 * *",  "0 0 W * *",    "0 0 WL * *",    "0 0 L-0 * *",
          "0 0 L- * *",   "0 0 L-3W * *",  "0 0 0W * *",   "0 0 32W * *",   "0 0 *L * *",
          "0 0 LL * *",   "0 0 * * L",     "0 0 * * #2",   "0 0 * * 5L/2",  "0 0 * * 1-5L",
          "0 0 * * 5L-6", "0 0 * * 5#0",   "0 0 * * 5#",   "0 0 * * 1-5#2", "0 0 * * 5#1-2",
          "0 0 * * *#1",  "0 0 * * MONLL", "0 0 * 5L *",   "0 L * * *",     "0 0 0 1 1 ? 2024L"}) {
        CAPTURE(text);
        CHECK(has(refusal_of(text), "column "));
    }
}

TEST_CASE("? stands alone, in a day field")
{
    CHECK(read("0 0 ? * ?") == "0 0 * * *"_cron);
    for (auto const* text :
         {"? 0 * * *", "0 ? * * *", "0 0 * ? *", "? 0 0 * * *", "0 0 0 1 1 * ?", "0 0 ?? * *", "0 0 ?/2 * *",
          "0 0 ?,1 * *", "0 0 1,? * *", "0 0 * * ?#2", "0 0 ?-3 * *"}) {
        CAPTURE(text);
        CHECK(has(refusal_of(text), "column "));
    }
}

TEST_CASE("what is not printable is quoted in a refusal, not printed")
{
    CHECK(refusal_of("0 0 * * 1\n2") ==
          "tasks: cron \"0 0 * * 1\\x0a2\": column 10 (day of the week), \"\\x0a2\": must be *, a, a-b, */n, "
          "a/n, a-b/n, nL or n#k, or a list of these, or ? alone");
    CHECK(has(refusal_of(std::string{"0 0 * *\0 1", 10}), "column 8 (month), \"\\x00\""));
}

TEST_CASE("a cron expression is a schedule in UTC, and becomes one in a zone")
{
    constexpr auto noon = "0 12 * * *"_cron;
    CHECK(test::text(noon.next(test::utc("2024-01-15T12:00:00Z"))) == "2024-01-16T12:00:00Z");
    CHECK(test::text(noon.in("+02:00").next(test::utc("2024-01-15T12:00:00Z"))) == "2024-01-16T10:00:00Z");
    CHECK(noon.in(tasks::time_zone::utc()) == tasks::cron{noon});
    CHECK(noon.when_missing(tasks::gap::skip).when_missing() == tasks::gap::skip);
    CHECK(noon.when_repeated(tasks::fold::both).when_repeated() == tasks::fold::both);
    CHECK(noon.when_missing(tasks::gap::skip).expression() == noon);
    CHECK_THROWS_AS(noon.in("Mars/Phobos"), tasks::bad_option);
}
