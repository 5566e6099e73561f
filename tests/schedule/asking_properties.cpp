// SPDX-License-Identifier: MIT
// What must hold for any schedule: slots are strictly increasing, `previous` is the inverse of `next`, and
// all questions agree. Over random schedules, in every zone, around every change of its clocks from 1990 to
// 2045.
//
// CTest runs some of the zones. TASKS_TEST_FULL=1 runs all, and prints their number.
#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/full.hpp"
#include "support/utc.hpp"
#include "support/zone_names.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <ranges>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using tasks::time_point;
using test::dice;

namespace {

/// A user's schedule: pairs of instants, `gap` apart, at a regular distance.
struct in_pairs {
    std::chrono::nanoseconds distance;
    std::chrono::nanoseconds apart;
    std::optional<time_point> next(time_point t) const
    {
        auto const begin = t - (t.time_since_epoch() % distance + distance) % distance;
        return t < begin + apart ? begin + apart : begin + distance;
    }
};

tasks::schedule random_times(dice& d, tasks::time_zone const& zone)
{
    std::vector<tasks::time_of_day> times;
    for (auto n = d.between(1, 3); n > 0; --n)
        times.emplace_back(std::chrono::minutes{d.one_of({15, 30}) * d.between(0, 47)});
    return tasks::day_at{times}
        .in(zone)
        .when_missing(d.one_of({tasks::gap::shift, tasks::gap::after, tasks::gap::skip}))
        .when_repeated(d.one_of({tasks::fold::first, tasks::fold::second, tasks::fold::both}));
}

std::string random_field(dice& d, int least, int most)
{
    auto const number = [&] { return std::to_string(d.between(least, most)); };
    switch (d.between(0, 3)) {
    case 0: return "*";
    case 1: return "*/" + std::to_string(d.between(2, 12));
    case 2: return number() + "," + number();
    default: return number();
    }
}

tasks::schedule random_cron(dice& d, tasks::time_zone const& zone)
{
    auto const day = d.one_of({"* * *", "* * *", "*/2 * *", "LW * *", "1-20 * 3", "* * MON-FRI", "? * 5#2"});
    return tasks::cron{random_field(d, 0, 59) + " " + random_field(d, 0, 5) + " " + day}
        .in(zone)
        .when_missing(d.one_of({tasks::gap::shift, tasks::gap::after, tasks::gap::skip}))
        .when_repeated(d.one_of({tasks::fold::first, tasks::fold::second, tasks::fold::both}));
}

tasks::schedule random_instants(dice& d, tasks::time_zone const& zone)
{
    switch (d.between(0, 3)) {
    case 0: return random_times(d, zone);
    case 1: return tasks::aligned(d.one_of<std::chrono::minutes>({7min, 45min, 5h, 36h}));
    default: return random_cron(d, zone);
    }
}

tasks::schedule random_schedule(dice& d, tasks::time_zone const& zone)
{
    switch (d.between(0, 7)) {
    case 0: return random_instants(d, zone) | random_instants(d, tasks::time_zone::utc());
    case 1:
        return random_times(d, zone) | random_times(d, tasks::time_zone::fixed(d.between(-40, 40) * 15min));
    case 2: return random_instants(d, zone) | in_pairs{std::chrono::hours{d.between(2, 50)}, 1ns};
    case 3:
        return random_instants(d, zone) & tasks::weekdays{std::chrono::Sunday, std::chrono::Monday}.in(zone);
    case 4: return random_instants(d, zone) - tasks::between(2h, 2h + 30min).in(zone);
    case 5:
        return random_instants(d, zone) & !(tasks::workdays.in(zone) | tasks::between(22h, 30min).in(zone));
    default: return random_instants(d, zone);
    }
}

/// What is wrong with the answers about the time from `from` to `until`; empty if nothing is.
std::string fault_between(tasks::schedule const& s, time_point from, time_point until, dice& d)
{
    std::vector<time_point> slots;
    for (auto const t : tasks::upcoming(s, from)) {
        if (t > until)
            break;
        if (t <= from || (!slots.empty() && t <= slots.back()))
            return "upcoming() does not increase at " + test::text(t);
        slots.push_back(t);
    }
    if (tasks::next_n(s, from, slots.size()) != slots)
        return "next_n() differs from upcoming()";

    std::optional<time_point> before = tasks::previous(s, from + 1ns);
    for (auto const t : slots) {
        if (tasks::previous(s, t) != before)
            return "previous() of the slot " + test::text(t);
        if (tasks::previous(s, t + 1ns) != t)
            return "previous() just after the slot " + test::text(t);
        if (!tasks::matches(s, t))
            return "matches() of the slot " + test::text(t);
        if (before && s.next(*before) != t)
            return "next() of what is previous() to " + test::text(t);
        before = t;
    }
    for (int i = 0; i < 4; ++i) {
        auto const t = from + std::chrono::minutes{d.between(0, static_cast<int>((until - from) / 1min))} +
                       std::chrono::nanoseconds{d.between(-1, 1)};
        auto const found = std::lower_bound(slots.begin(), slots.end(), t);
        if (found != slots.begin() && tasks::previous(s, t) != found[-1])
            return "previous() of " + test::text(t);
        if (tasks::matches(s, t) != (found != slots.end() && *found == t) && t > from)
            return "matches() of " + test::text(t);
    }
    return {};
}

} // namespace

TEST_CASE("asking: questions about random schedules agree, years apart")
{
    dice d{51};
    auto const begin = test::utc("1970-01-01T00:00:00Z");
    for (int i = 0; i < 300; ++i) {
        auto const zone = tasks::time_zone::fixed(d.between(-90, 90) * 15min);
        auto const s = random_schedule(d, zone);
        auto const from = begin + std::chrono::minutes{d.between(0, 60 * 366 * 24 * 60)};
        if (auto const fault = fault_between(s, from, from + 72h, d); !fault.empty())
            FAIL(to_string(s) << ": " << fault);
    }
    SUCCEED();
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("asking: questions about random schedules agree in every zone, around every change of its clocks")
{
    dice d{2045};
    std::size_t changes = 0;
    auto const first_year = test::utc("1990-01-01T00:00:00Z");
    auto const last_year = test::utc("2046-01-01T00:00:00Z");
    for (auto const& name : test::zone_names()) {
        auto const zone = tasks::time_zone::named(name);
        auto before = zone.at(first_year);
        while (before.until < last_year) {
            auto const after = zone.at(before.until);
            auto const step = after.offset - before.offset;
            bool const usual = step == 1h || step == -1h;
            if (test::full() || !usual || d.between(0, 4) == 0) {
                ++changes;
                auto const s = random_schedule(d, zone);
                auto const fault = fault_between(s, after.from - 72h, after.from + 72h, d);
                if (!fault.empty())
                    FAIL(name << ", " << to_string(s) << ": " << fault);
            }
            before = after;
        }
    }
    CHECK(changes > (test::full() ? 20'000 : 100));
    if (test::full())
        std::printf("%zu changes\n", changes);
}

#endif
