// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/utc.hpp"

#include <tasks/time/detail/posix_zone.hpp>
#include <tasks/time/detail/tzif_footer.hpp>
#include <tasks/time/detail/zone_spans.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using tasks::detail::posix_zone;
using tasks::detail::zone_spans;

namespace {

/// The offset changes of a year, as "instant offset in seconds", for a table that ended in 2007 with this
/// offset.
std::vector<std::string> changes(std::string const& zone, std::chrono::seconds last_offset, int year)
{
    auto const parsed = posix_zone::parse(zone);
    if (!parsed)
        return {"not a POSIX zone"};
    auto const begin = test::utc("2007-12-31T00:00:00Z");
    zone_spans const table{begin, last_offset,
                           parsed->knows(last_offset)
                               ? parsed->changes_after(std::chrono::floor<std::chrono::seconds>(begin))
                               : nullptr};
    std::vector<std::string> out;
    auto const from = test::utc(std::to_string(year) + "-01-01T00:00:00Z");
    for (auto span = table.at(from); span.until < from + 366 * 24h;) {
        span = table.at(span.until);
        out.push_back(test::text(span.from) + " " + std::to_string(span.offset.count()));
    }
    return out;
}

using texts = std::vector<std::string>;

} // namespace

TEST_CASE("a POSIX zone with a rule by weekday goes on for ever")
{
    CHECK(changes("CET-1CEST,M3.5.0,M10.5.0/3", 1h, 2040) ==
          texts{"2040-03-25T01:00:00Z 7200", "2040-10-28T01:00:00Z 3600"});
    CHECK(changes("EST5EDT,M3.2.0,M11.1.0", -5h, 2008) ==
          texts{"2008-03-09T07:00:00Z -14400", "2008-11-02T06:00:00Z -18000"});
    CHECK(changes("EST5EDT,M3.2.0,M11.1.0", -5h, 2261) ==
          texts{"2261-03-10T07:00:00Z -14400", "2261-11-03T06:00:00Z -18000"});
}

TEST_CASE("in the south a year begins with daylight saving")
{
    CHECK(changes("NZST-12NZDT,M9.5.0,M4.1.0/3", 13h, 2040) ==
          texts{"2040-03-31T14:00:00Z 43200", "2040-09-29T14:00:00Z 46800"});
}

TEST_CASE("a saving other than an hour, names in angle brackets, hours before and after the day")
{
    CHECK(changes("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 11h, 2040) ==
          texts{"2040-03-31T15:00:00Z 37800", "2040-10-06T15:30:00Z 39600"});
    CHECK(changes("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", -2h, 2040) ==
          texts{"2040-03-25T01:00:00Z -3600", "2040-10-28T01:00:00Z -7200"});
    CHECK(changes("EET-2EEST,M3.4.4/50,M10.4.4/50", 2h, 2040) ==
          texts{"2040-03-24T00:00:00Z 10800", "2040-10-26T23:00:00Z 7200"});
    CHECK(changes("IST-1GMT0,M10.5.0,M3.5.0/1", 0h, 2040) ==
          texts{"2040-03-25T01:00:00Z 3600", "2040-10-28T01:00:00Z 0"});
}

TEST_CASE("days of the year, with and without the leap day")
{
    CHECK(changes("AAA0BBB,J60/0,J365/0", 0h, 2040) ==
          texts{"2040-03-01T00:00:00Z 3600", "2040-12-30T23:00:00Z 0"});
    CHECK(changes("AAA0BBB,J60/0,J365/0", 0h, 2041) ==
          texts{"2041-03-01T00:00:00Z 3600", "2041-12-30T23:00:00Z 0"});
    CHECK(changes("AAA0BBB,59/0,364/0", 0h, 2040) ==
          texts{"2040-02-29T00:00:00Z 3600", "2040-12-29T23:00:00Z 0"});
    CHECK(changes("AAA0BBB,59/0,364/0", 0h, 2041) ==
          texts{"2041-03-01T00:00:00Z 3600", "2041-12-30T23:00:00Z 0"});
}

TEST_CASE("daylight saving that never ends is one change")
{
    CHECK(changes("XXX3EDT4,0/0,J365/23", -3h, 2008) == texts{"2008-01-01T03:00:00Z -14400"});
    CHECK(changes("XXX3EDT4,0/0,J365/23", -3h, 2040).empty());
}

TEST_CASE("a change that is moved by days into another year")
{
    CHECK(changes("AAA0BBB,10,J365/167", 1h, 2008) ==
          texts{"2008-01-06T22:00:00Z 0", "2008-01-11T02:00:00Z 3600"});
    CHECK(changes("AAA0BBB,10,J365/167", 0h, 2041) ==
          texts{"2041-01-06T22:00:00Z 0", "2041-01-11T02:00:00Z 3600"});
}

TEST_CASE("daylight saving that begins again before it has ended does not end")
{
    CHECK(changes("AAA0BBB,J1/-167,J365/167", 0h, 2008) == texts{"2008-12-25T01:00:00Z 3600"});
    CHECK(changes("AAA0BBB,J1/-167,J365/167", 0h, 2040).empty());
    CHECK(changes("AAA0BBB,J365/167,J1/-167", 1h, 2008) == texts{"2008-12-25T00:00:00Z 0"});
    CHECK(changes("AAA0BBB,J365/167,J1/-167", 1h, 2040).empty());
}

TEST_CASE("a zone without daylight saving, or one that does not fit, adds nothing")
{
    CHECK(changes("CET-1", 1h, 2040).empty());
    CHECK(changes("CET-1CEST,M3.5.0,M10.5.0/3", 5h, 2040).empty());
}

TEST_CASE("what is not a POSIX zone is not taken for one")
{
    auto const zone = GENERATE(
        as<std::string>{}, "", "CE-1", "CET", "CET-", "CET-25", "<+01-1", "CET-1CEST", "CET-1CEST,",
        "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J5", "CET-1CEST,J366,J5", "CET-1CEST,366,5",
        "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0/2:60,M10.5.0", "CET-99999999999999999999", "TZif");
    CAPTURE(zone);
    CHECK_FALSE(posix_zone::parse(zone));
}

TEST_CASE("the footer of a compiled zone file is the last of its lines")
{
    using tasks::detail::zone_footer;
    CHECK(zone_footer("TZif2 data\nCET-1CEST,M3.5.0,M10.5.0/3\n") == "CET-1CEST,M3.5.0,M10.5.0/3");
    CHECK(zone_footer("TZif2 data\n\n").empty());
    CHECK(zone_footer("TZif2 data\n").empty()); // the data is no footer
    CHECK(zone_footer("TZif2 data\nCET-1").empty());
    CHECK(zone_footer(std::string_view{"TZif\0 data\nCET-1\n", 17}).empty()); // version 1 has none
    CHECK(zone_footer("").empty());
}
