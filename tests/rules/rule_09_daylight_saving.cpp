// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/slot_ledger.hpp"
#include "support/utc.hpp"

#include <tasks/schedule/day_at.hpp>

using namespace test;

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

namespace {

/// The times at which a loop in Berlin runs, started at `from`, within the next 40 hours.
std::string runs(tasks::day_at every, std::string const& from)
{
    virtual_context s{utc(from)};
    every = every.in("Europe/Berlin");
    slot_ledger ledger{s, every};
    std::string out;
    tasks::loop<> loop{s.io, every, [&] { out += (out.empty() ? "" : ", ") + text(s.time.now()); }};
    loop.observe(ledger);
    loop.start();
    s.time.advance(40h);
    CHECK(ledger.faults() == "");
    return out;
}

auto const before_gap = "2024-03-30T12:00:00Z";  // 02:00 becomes 03:00 on the 31st
auto const before_fold = "2024-10-26T12:00:00Z"; // 03:00 becomes 02:00 on the 27th
tasks::day_at const half_past_two{2h + 30min};

} // namespace

TEST_CASE("rule 9: a local time in a gap is read with the offset before the gap: 02:30 becomes 03:30")
{
    CHECK(runs(half_past_two, before_gap) == "2024-03-31T01:30:00Z, 2024-04-01T00:30:00Z");
}

TEST_CASE("rule 9: … also when it then is the same instant as another one")
{
    CHECK(runs(tasks::day_at("02:30", "03:30"), before_gap) ==
          "2024-03-31T01:30:00Z, 2024-04-01T00:30:00Z, 2024-04-01T01:30:00Z");
}

TEST_CASE("rule 9: one in a fold fires at its first occurrence, and only then")
{
    CHECK(runs(half_past_two, before_fold) == "2024-10-27T00:30:00Z, 2024-10-28T01:30:00Z");
}

TEST_CASE("rule 9: other rules are options")
{
    CHECK(runs(half_past_two.when_missing(tasks::gap::skip), before_gap) == "2024-04-01T00:30:00Z");
    CHECK(runs(half_past_two.when_missing(tasks::gap::after), before_gap) ==
          "2024-03-31T01:00:00Z, 2024-04-01T00:30:00Z");
    CHECK(runs(half_past_two.when_repeated(tasks::fold::second), before_fold) ==
          "2024-10-27T01:30:00Z, 2024-10-28T01:30:00Z");
    CHECK(runs(half_past_two.when_repeated(tasks::fold::both), before_fold) ==
          "2024-10-27T00:30:00Z, 2024-10-27T01:30:00Z, 2024-10-28T01:30:00Z");
}

#else

TEST_CASE("rule 9: without time zones naming one is an error, never UTC in silence")
{
    CHECK_THROWS_AS(tasks::day_at(2h).in("Europe/Berlin"), tasks::bad_option);
}

#endif
