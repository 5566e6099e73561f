// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

namespace {

/// The times at which a loop with this schedule runs, started at `from`, within `days` days.
std::string runs(tasks::schedule every, std::string const& from, int days)
{
    virtual_context s{utc(from)};
    slot_ledger ledger{s, every};
    std::string out;
    tasks::loop<> loop{s.io, every, [&] { out += (out.empty() ? "" : ", ") + text(s.time.now()); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(24h * days);
    CHECK(ledger.faults() == "");
    return out;
}

} // namespace

TEST_CASE("rule 8: slots are strictly after the moment asked from")
{
    CHECK(runs(tasks::day_at(12h), "2024-01-01T12:00:00Z", 1) == "2024-01-02T12:00:00Z");
    CHECK(runs(tasks::day_at(12h), "2024-01-01T11:59:59Z", 1) == "2024-01-01T12:00:00Z");
}

TEST_CASE("rule 8: a before hook that ends exactly at the time makes no difference")
{
    virtual_context s{utc("2024-01-01T11:59:00Z")};
    tasks::loop<> loop{s.io, tasks::day_at(12h), [&] { s.note("body"); }};
    loop.before_loop([] { return pause(60s); });
    loop.start();
    s.time.advance(23h);
    CHECK(s.trace() == "");
    s.time.advance(2h);
    CHECK(s.trace() == "86460s body");
}

TEST_CASE("rule 8: a time without a zone is UTC")
{
    CHECK(runs(tasks::day_at("09:00"), "2024-07-01T00:00:00Z", 1) == "2024-07-01T09:00:00Z");
}

TEST_CASE("rule 8: times may carry different zones, the earliest instant of all wins")
{
    CHECK(runs(tasks::day_at(9h).in("+09:00") | tasks::day_at(9h) | tasks::day_at(9h).in("-03:30"),
               "2024-01-01T00:00:00Z",
               1) == "2024-01-01T09:00:00Z, 2024-01-01T12:30:00Z, 2024-01-02T00:00:00Z");
}

TEST_CASE("rule 8: equal instants are one slot")
{
    CHECK(runs(tasks::day_at(9h) | tasks::day_at(18h).in("+09:00") | tasks::day_at(9h, 9h),
               "2024-01-01T00:00:00Z", 1) == "2024-01-01T09:00:00Z");
}

TEST_CASE("rule 8: an unknown zone and an empty list are errors at construction")
{
    CHECK_THROWS_AS(tasks::day_at(9h).in("Mars/Phobos"), tasks::bad_option);
    CHECK_THROWS_AS(tasks::day_at(std::vector<tasks::time_of_day>{}), tasks::bad_option);
}
