// SPDX-License-Identifier: MIT
// Questions about a schedule: next_n, upcoming, previous, matches.
#include "support/catch.hpp"
#include "support/thrown.hpp"
#include "support/utc.hpp"

#include <tasks/schedule.hpp>

#include <chrono>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace test;

namespace {

// Known to builds without a database, too.
char const* const berlin_rules = "CET-1CEST,M3.5.0,M10.5.0/3";

struct on_full_hours {
    std::optional<tasks::time_point> next(tasks::time_point t) const
    {
        return std::chrono::floor<std::chrono::hours>(t) + 1h;
    }
};

template <class Range>
std::vector<std::string> first_of(Range const& slots, int count)
{
    std::vector<std::string> all;
    for (auto const t : slots) {
        if (count-- == 0)
            break;
        all.push_back(text(t));
    }
    return all;
}

} // namespace

TEST_CASE("rule 51: next_n and upcoming are strictly after the instant asked from")
{
    auto const nine = tasks::day_at(9h).in("+02:00");
    auto const slot = utc("2024-01-15T07:00:00Z");
    std::vector<std::string> const next{"2024-01-16T07:00:00Z", "2024-01-17T07:00:00Z"};
    CHECK(tasks::next_n(nine, slot, 2) == std::vector{slot + 24h, slot + 48h});
    CHECK(first_of(tasks::upcoming(nine, slot), 2) == next);
    CHECK(tasks::next_n(nine, slot - 1ns, 1) == std::vector{slot});
    CHECK(first_of(tasks::upcoming(nine, slot - 1ns), 1) == std::vector{text(slot)});
}

TEST_CASE("rule 51: previous is strictly before the instant, matches is true to the nanosecond")
{
    auto const nightly = tasks::cron{"30 2 * * *"}.in(berlin_rules);
    auto const gap = utc("2024-03-31T01:00:00Z"); // when 02:30 does not exist, the slot is here
    CHECK(tasks::previous(nightly, gap) == utc("2024-03-30T01:30:00Z"));
    CHECK(tasks::previous(nightly, gap + 1ns) == gap);
    CHECK(tasks::matches(nightly, gap));
    CHECK(!tasks::matches(nightly, gap + 1ns));
    CHECK(!tasks::matches(nightly, gap - 1ns));
    CHECK(!tasks::matches(nightly, utc("2024-03-31T01:30:00Z")));

    auto const fold = utc("2024-10-27T00:30:00Z"); // 02:30 for the first time
    CHECK(tasks::previous(nightly, fold + 12h) == fold);
    CHECK(!tasks::matches(nightly, fold + 1h));
    CHECK(tasks::matches(nightly.when_repeated(tasks::fold::both), fold + 1h));
}

TEST_CASE("rule 51: of any schedule of instants, a user's own included")
{
    auto const t = utc("2024-01-15T12:30:00Z");
    tasks::schedule const all[] = {
        tasks::schedule{on_full_hours{}},
        tasks::schedule{tasks::aligned(1h)},
        tasks::schedule{tasks::cron{"0 * * * *"}},
        tasks::schedule{tasks::cron_expression::parse("@hourly")},
        tasks::aligned(2h) | tasks::aligned(2h, utc("2024-01-15T01:00:00Z")),
        tasks::aligned(1h) & tasks::since(utc("2024-01-01T00:00:00Z")),
        tasks::aligned(1h) - tasks::dates{2024y / 1 / 1},
    };
    for (auto const& s : all) {
        CAPTURE(to_string(s));
        CHECK(tasks::next_n(s, t, 2) == std::vector{t + 30min, t + 90min});
        CHECK(first_of(tasks::upcoming(s, t), 1) == std::vector{text(t + 30min)});
        CHECK(tasks::previous(s, t) == t - 30min);
        CHECK(tasks::matches(s, t + 30min));
    }
    CHECK(tasks::previous(on_full_hours{}, t) == t - 30min);

    auto const office = tasks::aligned(1h) & tasks::workdays & tasks::between(8h, 18h);
    CHECK(tasks::previous(office, utc("2024-01-15T08:00:00Z")) == utc("2024-01-12T17:00:00Z")); // Friday
}

TEST_CASE("rule 51: previous looks at the 50 years before an instant")
{
    auto const slot = utc("1970-01-01T00:00:00Z");
    std::chrono::nanoseconds const fifty_years = std::chrono::years{50};
    CHECK(tasks::previous(tasks::once(slot), slot + fifty_years) == slot);
    CHECK(tasks::previous(tasks::once(slot), slot + fifty_years + 1ns) == std::nullopt);
    CHECK(tasks::previous(tasks::once(slot), slot) == std::nullopt);
}

TEST_CASE("rule 51: an interval, a fixed delay, on_trigger and an empty schedule have nothing to ask for")
{
    auto const t = utc("2024-01-15T12:00:00Z");
    for (tasks::schedule const& s : {tasks::schedule{5s}, tasks::schedule{tasks::fixed_delay{5s}},
                                     tasks::schedule{tasks::on_trigger}, tasks::schedule{}}) {
        CAPTURE(to_string(s));
        CHECK(has(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::next_n(s, t, 1)); }), "aligned"));
        CHECK(has(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::upcoming(s, t)); }), "aligned"));
        CHECK(has(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::previous(s, t)); }), "aligned"));
        CHECK(has(thrown<tasks::bad_option>([&] { static_cast<void>(tasks::matches(s, t)); }), "aligned"));
    }
}
