// SPDX-License-Identifier: MIT
#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/utc.hpp"
#include "support/watched_clock.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/schedule/detail/daily_times.hpp>
#include <tasks/schedule/detail/local_instants.hpp>
#include <tasks/time/detail/zone_table.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tasks::fold;
using tasks::gap;
using tasks::time_of_day;
using tasks::time_point;

namespace {

constexpr gap gaps[] = {gap::shift, gap::after, gap::skip};
constexpr fold folds[] = {fold::first, fold::second, fold::both};

/// Up to six changes, minutes or days apart, between offsets with the maximum distance that a zone file may
/// have.
tasks::detail::zone_table random_zone(test::dice& random, std::chrono::sys_seconds begin)
{
    auto const offset = [&, wild = random.between(0, 2) == 0] {
        return std::chrono::minutes{wild ? random.between(-1559, 1559) : 15 * random.between(-8, 8)};
    };
    auto const first = offset();
    std::vector<tasks::detail::zone_change> changes;
    auto const widest_step = random.between(0, 1) == 0 ? 90 : 2000;
    for (auto n = random.between(1, 6); n > 0; --n) {
        begin += std::chrono::minutes{random.between(1, widest_step)};
        changes.push_back({begin, offset()});
    }
    return {"random", first, tasks::detail::listed_changes(std::move(changes))};
}

std::vector<time_of_day> random_times(test::dice& random)
{
    std::vector<time_of_day> times;
    for (auto n = random.between(1, random.between(0, 3) == 0 ? 100 : 4); n > 0; --n)
        times.emplace_back(std::chrono::minutes{random.between(0, 1439)});
    std::sort(times.begin(), times.end());
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
}

} // namespace

TEST_CASE("day_at agrees with a clock that is watched, whatever is done to the clock")
{
    test::dice random{20111230};
    auto const begin = test::utc("2030-01-01T00:00:00Z");
    for (int i = 0; i < 60; ++i) {
        auto const zone = random_zone(random, std::chrono::floor<std::chrono::seconds>(begin) + 6 * 24h);
        auto const times = random_times(random);
        test::watched_clock const clock{zone, times, begin, begin + 21 * 24h};
        for (auto const missing : gaps)
            for (auto const repeated : folds) {
                auto const from = begin + 3 * 24h + std::chrono::minutes{random.between(0, 6000)};
                auto const until = begin + 18 * 24h;
                tasks::detail::local_instants const asked{tasks::detail::daily_times{times}, zone, missing,
                                                          repeated};
                if (test::asked_instants(asked, from, until) !=
                    clock.instants(missing, repeated, from, until))
                    FAIL("zone " << i << ", missing " << int(missing) << ", repeated " << int(repeated));
            }
    }
    SUCCEED();
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("day_at agrees with the watched clocks of real zones around every change")
{
    auto const name = GENERATE(as<std::string>{}, "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia",
                               "Pacific/Kiritimati", "America/Caracas", "Antarctica/Troll", "Asia/Pyongyang",
                               "America/Nuuk");
    CAPTURE(name);
    auto const zone = tasks::time_zone::named(name);
    std::vector<time_of_day> const times{time_of_day{0h},         time_of_day{1h + 45min}, time_of_day{2h},
                                         time_of_day{2h + 15min}, time_of_day{3h},         time_of_day{12h},
                                         time_of_day{23h + 30min}};
    auto const schedule = tasks::day_at(times).in(zone);
    auto const end = test::utc("2027-01-01T00:00:00Z");
    for (auto change = zone.at(test::utc("2006-01-01T00:00:00Z")).until; change < end;
         change = zone.at(change).until) {
        test::watched_clock const clock{zone, times, change - 5 * 24h, change + 5 * 24h};
        auto const from = change - 2 * 24h;
        auto const until = change + 2 * 24h;
        for (auto const missing : gaps)
            for (auto const repeated : folds)
                if (test::asked_instants(schedule.when_missing(missing).when_repeated(repeated), from,
                                         until) != clock.instants(missing, repeated, from, until))
                    FAIL(test::text(change)
                         << ", missing " << int(missing) << ", repeated " << int(repeated));
    }
    SUCCEED();
}

TEST_CASE("day_at fires once on every local day that exists")
{
    auto const name =
        GENERATE(as<std::string>{}, "America/New_York", "America/Havana", "America/Sao_Paulo", "Pacific/Apia",
                 "Pacific/Kiritimati", "Asia/Amman", "Africa/Casablanca", "Antarctica/Casey");
    CAPTURE(name);
    auto const zone = tasks::time_zone::named(name);
    auto const local_day = [&zone](time_point t) {
        return std::chrono::floor<std::chrono::days>(t.time_since_epoch() + zone.at(t).offset);
    };
    auto const begin = test::utc("1994-01-01T12:00:00Z");
    auto const end = test::utc("2026-01-01T12:00:00Z");

    std::set<std::chrono::days> existing; // some days return for a while after the next has begun
    for (auto t = begin; t < end; t += 1h)
        existing.insert(local_day(t));
    CHECK(existing.size() > 11'600);

    for (auto const time : {0min, 150min, 720min}) {
        std::vector<std::chrono::days> fired;
        for (auto const t : test::asked_instants(tasks::day_at(time).in(zone), begin - 48h, end + 48h))
            if (auto const day = local_day(t); day >= *existing.begin() && day <= *existing.rbegin())
                fired.push_back(day);
        if (!std::equal(fired.begin(), fired.end(), existing.begin(), existing.end()))
            FAIL("at " << to_string(time_of_day{time}));
    }
}

#endif
