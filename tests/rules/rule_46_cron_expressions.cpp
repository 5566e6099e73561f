// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/cron.hpp>

using namespace test;
using namespace tasks::literals;

namespace {

/// The first instants after noon on Monday, 15 January 2024.
std::string after_noon(tasks::cron const& c)
{
    std::string out;
    for (auto const& t : instants(c, "2024-01-15T12:00:00Z", 3))
        out += (out.empty() ? "" : ", ") + t;
    return out;
}

bool is_refused(std::string const& text)
{
    return has(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::cron{text}); }), "tasks: cron \"");
}

} // namespace

TEST_CASE("rule 46: a loop runs at the times of a cron expression")
{
    virtual_context s{utc("2024-01-15T12:00:00Z")};
    auto const every = "*/20 12-13 * * MON"_cron;
    slot_ledger ledger{s, every};
    tasks::loop<> loop{s.io, every, [&] { s.note(text(s.time.now())); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(3h);
    CHECK(s.trace() == "1200s 2024-01-15T12:20:00Z, 2400s 2024-01-15T12:40:00Z, 3600s 2024-01-15T13:00:00Z, "
                       "4800s 2024-01-15T13:20:00Z, 6000s 2024-01-15T13:40:00Z");
    CHECK(ledger.faults() == "");
    CHECK(loop.next_iteration() == utc("2024-01-22T12:00:00Z"));
}

TEST_CASE("rule 46: … and ends when the years of the expression are over")
{
    virtual_context s{utc("2024-12-31T22:30:00Z")};
    tasks::loop<> loop{s.io, "0 0 * 31 12 ? 2024"_cron, [&] { s.note("body"); }};
    loop.after_loop([&] { s.note("after"); });
    loop.start();
    s.time.advance(24h);
    CHECK(s.trace() == "1800s body, 1800s after");
}

TEST_CASE("rule 46: five fields, six with seconds first, seven with years last")
{
    CHECK(after_noon("30 12 * * *"_cron) ==
          "2024-01-15T12:30:00Z, 2024-01-16T12:30:00Z, 2024-01-17T12:30:00Z");
    CHECK(after_noon("15 30 12 * * *"_cron) ==
          "2024-01-15T12:30:15Z, 2024-01-16T12:30:15Z, 2024-01-17T12:30:15Z");
    CHECK(after_noon("0 0 0 29 2 ? 2024-2030"_cron) == "2024-02-29T00:00:00Z, 2028-02-29T00:00:00Z");
    CHECK(is_refused("30 12 * *"));
    CHECK(is_refused("0 0 0 29 2 ? 2024 9"));
    CHECK(is_refused("0 0 0 1 1 ? ?"));
    CHECK(is_refused("0 0 0 1 1 ? 2200"));
}

TEST_CASE("rule 46: ranges wrap in hours, months and days of the week, and nowhere else")
{
    CHECK(after_noon("0 22-1/2 * * *"_cron) ==
          "2024-01-15T22:00:00Z, 2024-01-16T00:00:00Z, 2024-01-16T22:00:00Z");
    CHECK(after_noon("0 0 1 NOV-FEB/3 *"_cron) ==
          "2024-02-01T00:00:00Z, 2024-11-01T00:00:00Z, 2025-02-01T00:00:00Z");
    CHECK(after_noon("0 0 * * SAT-MON"_cron) ==
          "2024-01-20T00:00:00Z, 2024-01-21T00:00:00Z, 2024-01-22T00:00:00Z");
    for (auto const* refused :
         {"50-10 * * * *", "50-10 * * * * *", "0 0 28-3 * *", "0 0 0 1 1 ? 2030-2026"}) {
        CAPTURE(refused);
        CHECK(is_refused(refused));
    }
}

TEST_CASE("rule 46: 7 is Sunday, after Saturday where it ends a range")
{
    CHECK("0 0 * * 5-7"_cron == "0 0 * * 5,6,0"_cron);
    CHECK("0 0 * * 7/2"_cron == "0 0 * * 0/2"_cron);
    CHECK("0 0 * * 5/1"_cron == "0 0 * * 5-6"_cron);
    CHECK("0 0 * * 7-2"_cron == "0 0 * * 0-2"_cron);
}

TEST_CASE("rule 46: L, W and # name days that differ from month to month")
{
    CHECK(after_noon("0 0 L,L-2 * *"_cron) ==
          "2024-01-29T00:00:00Z, 2024-01-31T00:00:00Z, 2024-02-27T00:00:00Z");
    CHECK(after_noon("0 0 LW 3,6 *"_cron) ==
          "2024-03-29T00:00:00Z, 2024-06-28T00:00:00Z, 2025-03-31T00:00:00Z");
    CHECK(after_noon("0 0 17w 2,3 *"_cron) ==
          "2024-02-16T00:00:00Z, 2024-03-18T00:00:00Z, 2025-02-17T00:00:00Z");
    CHECK(after_noon("0 0 * * FRIL"_cron) ==
          "2024-01-26T00:00:00Z, 2024-02-23T00:00:00Z, 2024-03-29T00:00:00Z");
    CHECK(after_noon("0 0 * * 5#5"_cron) ==
          "2024-03-29T00:00:00Z, 2024-05-31T00:00:00Z, 2024-08-30T00:00:00Z");
    for (auto const* refused : {"0 0 L/2 * *", "0 0 1-L * *", "0 0 W * *", "0 0 * * L", "0 0 * * #1",
                                "0 0 * * 5#6", "0 0 L-31 * *"}) {
        CAPTURE(refused);
        CHECK(is_refused(refused));
    }
}

TEST_CASE("rule 46: if both day fields are restricted either may match, and a field with * in front is not")
{
    CHECK(after_noon("0 0 20 * FRI"_cron) ==
          "2024-01-19T00:00:00Z, 2024-01-20T00:00:00Z, 2024-01-26T00:00:00Z");
    CHECK(after_noon("0 0 */5 * FRI"_cron) ==
          "2024-01-26T00:00:00Z, 2024-02-16T00:00:00Z, 2024-03-01T00:00:00Z");
    CHECK(after_noon("0 0 ? * FRI"_cron) ==
          "2024-01-19T00:00:00Z, 2024-01-26T00:00:00Z, 2024-02-02T00:00:00Z");
}

TEST_CASE("rule 46: macros, and what belongs elsewhere")
{
    CHECK("@Hourly"_cron == "0 * * * *"_cron);
    CHECK("@weekly"_cron == "0 0 * * SUN"_cron);
    CHECK("@annually"_cron == "@yearly"_cron);
    auto const message = [](std::string const& text) {
        return thrown<tasks::bad_option>([&] { static_cast<void>(tasks::cron{text}); });
    };
    CHECK(has(message("@every 5m"), "write a duration such as 5min"));
    CHECK(has(message("@reboot"), "when the program starts"));
    CHECK(has(message("TZ=Europe/Berlin 0 9 * * *"), ".in(\"Zone\")"));
    CHECK(has(message("CRON_TZ=Europe/Berlin 0 9 * * *"), ".in(\"Zone\")"));
}

TEST_CASE("rule 46: an error names the field, the column, the value and the rule")
{
    CHECK(thrown<tasks::bad_option>([] { static_cast<void>(tasks::cron{"0 9-25 * * *"}); }) ==
          "tasks: cron \"0 9-25 * * *\": column 5 (hour), \"25\": must be 0 to 23");
}
