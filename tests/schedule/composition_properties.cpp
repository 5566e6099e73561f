// SPDX-License-Identifier: MIT
// Union, difference and intersection against brute force: random schedules and spans, in every zone, around
// every change of its clocks from 1990 to 2045, and in zones with wild changes.
//
// Each random schedule and span is made twice, as a value of the library and as a plain function that
// calculates the calendar by itself. CTest runs some of the zones. TASKS_TEST_FULL=1 runs all.
#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/full.hpp"
#include "support/utc.hpp"
#include "support/watched_clock.hpp"
#include "support/zone_names.hpp"

#include <tasks/schedule.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using test::dice;

namespace {

using instant = tasks::time_point;

struct known_spans {
    tasks::spans value;
    std::function<bool(instant)> inside;
};

struct known_schedule {
    tasks::schedule value;
    std::function<std::set<instant>(instant, instant)> slots; ///< after the first, up to the second
};

/// Days since 1970 and the rest, by the clock of a zone.
std::pair<int, std::chrono::nanoseconds> shown(tasks::time_zone const& zone, instant t)
{
    auto const local = t.time_since_epoch() + zone.at(t).offset;
    auto const days = std::chrono::floor<std::chrono::days>(local);
    return {static_cast<int>(days.count()), local - days};
}

/// The month, 1 to 12, of a day since 1970.
int month_of(int day)
{
    static auto const months = [] {
        std::vector<int> all;
        for (int year = 1970; year < 2050; ++year) {
            bool const leap = year % 4 == 0;
            int const lengths[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
            for (int month = 0; month < 12; ++month)
                all.insert(all.end(), static_cast<std::size_t>(lengths[month]), month + 1);
        }
        return all;
    }();
    return months.at(static_cast<std::size_t>(day));
}

/// A user's spans, and one that says too early that the answer may change.
struct hours_of_seven {
    bool contains(instant t) const
    {
        return (std::chrono::floor<std::chrono::hours>(t).time_since_epoch() / 1h) % 7 < 3;
    }
    std::optional<instant> next_change(instant t) const
    {
        return std::chrono::floor<std::chrono::hours>(t) + 1h;
    }
};

/// A span of one kind in the zone, of those that change within some days of `near`.
known_spans random_span(dice& d, tasks::time_zone const& zone, instant near)
{
    auto const minute = [&] { return d.between(0, 95) * 15min; };
    switch (d.between(0, 6)) {
    case 0: {
        std::vector<std::chrono::weekday> days;
        auto const set = d.between(1, 126);
        for (unsigned i = 0; i < 7; ++i)
            if (set >> i & 1)
                days.emplace_back(i);
        return {tasks::weekdays(days).in(zone),
                [=](instant t) { return set >> ((shown(zone, t).first + 4) % 7) & 1; }};
    }
    case 1:
    case 2: {
        auto const from = minute();
        auto const to = from == 0min ? 15min * d.between(1, 95) : (from + d.between(1, 95) * 15min) % 1440min;
        return {tasks::between(from, to).in(zone), [=](instant t) {
                    auto const now = shown(zone, t).second;
                    return from < to ? now >= from && now < to : now >= from || now < to;
                }};
    }
    case 3: {
        std::set<int> days;
        for (auto n = d.between(0, 3); n > 0; --n)
            days.insert(shown(zone, near).first + d.between(-2, 2));
        std::vector<std::chrono::sys_days> list;
        for (auto const day : days)
            list.emplace_back(std::chrono::days{day});
        return {tasks::dates(list).in(zone), [=](instant t) { return days.contains(shown(zone, t).first); }};
    }
    case 4: {
        std::vector<std::chrono::month> list;
        auto const set = d.between(1, 4094);
        for (unsigned i = 0; i < 12; ++i)
            if (set >> i & 1)
                list.emplace_back(i + 1);
        return {tasks::months(list).in(zone),
                [=](instant t) { return set >> (month_of(shown(zone, t).first) - 1) & 1; }};
    }
    case 5: {
        auto const at = near + d.between(-40, 40) * 1h;
        if (d.between(0, 1) == 0)
            return {tasks::since(at), [=](instant t) { return t >= at; }};
        return {tasks::until(at), [=](instant t) { return t < at; }};
    }
    default: return {hours_of_seven{}, [](instant t) { return hours_of_seven{}.contains(t); }};
    }
}

known_spans random_spans(dice& d, tasks::time_zone const& zone, instant near, int depth)
{
    auto const part = [&] { return random_spans(d, zone, near, depth - 1); };
    switch (depth == 0 ? 3 : d.between(0, 5)) {
    case 0: {
        auto const a = part(), b = part();
        return {a.value & b.value, [=](instant t) { return a.inside(t) && b.inside(t); }};
    }
    case 1: {
        auto const a = part(), b = part();
        return {a.value | b.value, [=](instant t) { return a.inside(t) || b.inside(t); }};
    }
    case 2: {
        auto const a = part();
        return {!a.value, [=](instant t) { return !a.inside(t); }};
    }
    default: return random_span(d, d.between(0, 3) == 0 ? tasks::time_zone::fixed(9h) : zone, near);
    }
}

known_schedule random_leaf(dice& d, tasks::time_zone const& zone, instant near)
{
    switch (d.between(0, 3)) {
    case 0: {
        auto const at = near + d.between(-60, 60) * 30min;
        return {tasks::once(at), [=](instant from, instant until) {
                    return at > from && at <= until ? std::set{at} : std::set<instant>{};
                }};
    }
    case 1: {
        auto const schedule = tasks::day_at(15min * d.between(0, 95), 15min * d.between(0, 95)).in(zone);
        return {schedule, [=](instant from, instant until) {
                    auto const found = test::asked_instants(schedule, from, until);
                    return std::set<instant>(found.begin(), found.end());
                }};
    }
    default: {
        auto const period = d.one_of<std::chrono::minutes>({30min, 45min, 1h, 2h, 7h});
        auto const epoch = near + d.between(-500, 500) * 1min;
        return {tasks::aligned(period, epoch), [=](instant from, instant until) {
                    std::set<instant> found;
                    for (auto t = epoch - ((epoch - from) / period + 1) * period; t <= until; t += period)
                        if (t > from)
                            found.insert(t);
                    return found;
                }};
    }
    }
}

known_schedule random_schedule_of(dice& d, tasks::time_zone const& zone, instant near, int depth)
{
    auto const part = [&] { return random_schedule_of(d, zone, near, depth - 1); };
    auto const kind = depth == 0 ? 3 : d.between(0, 3);
    if (kind == 3)
        return random_leaf(d, zone, near);
    auto const a = part();
    if (kind == 0) {
        auto const b = part();
        return {a.value | b.value, [=](instant from, instant until) {
                    auto all = a.slots(from, until);
                    all.merge(b.slots(from, until));
                    return all;
                }};
    }
    auto const where = random_spans(d, zone, near, 2);
    bool const keep = kind == 1;
    return {keep ? a.value & where.value : a.value - where.value, [=](instant from, instant until) {
                auto left = a.slots(from, until);
                std::erase_if(left, [&](instant t) { return where.inside(t) != keep; });
                return left;
            }};
}

/// What is wrong with a composition around an instant; empty if nothing is.
std::string fault_of_schedule(dice& d, tasks::time_zone const& zone, instant near)
{
    auto const s = random_schedule_of(d, zone, near, 2);
    auto const from = near - 30h, until = near + 30h;
    auto const found = test::asked_instants(s.value, from, until);
    auto const wanted = s.slots(from, until);
    if (std::equal(found.begin(), found.end(), wanted.begin(), wanted.end()))
        return {};
    auto const [f, w] = std::mismatch(found.begin(), found.end(), wanted.begin(), wanted.end());
    return to_string(s.value) + ": wanted " + (w == wanted.end() ? "none" : test::text(*w)) + ", got " +
           (f == found.end() ? "none" : test::text(*f));
}

/// What is wrong with the changes of spans around an instant. Those of a single span are exact; between two
/// changes, whatever the spans, the answer stays.
std::string fault_of_changes(dice& d, tasks::time_zone const& zone, instant near)
{
    bool const single = d.between(0, 1) == 0;
    auto const s = single ? random_span(d, zone, near) : random_spans(d, zone, near, 3);
    auto const until = near + 30h;
    bool const exact = single && !s.value.target<hours_of_seven>();
    auto t = near - 30h;
    auto change = s.value.next_change(t);
    bool inside = s.inside(t);
    for (; t <= until; t += 30min) {
        for (; change && t >= *change; change = s.value.next_change(*change)) {
            if (exact && (s.inside(*change) == inside || s.inside(*change - 1ns) != inside))
                return to_string(s.value) + ": no change at " + test::text(*change);
            inside = s.inside(*change);
        }
        if (s.inside(t) != inside)
            return to_string(s.value) + ": an unannounced change before " + test::text(t);
        if (s.value.contains(t) != inside)
            return to_string(s.value) + ": contains " + test::text(t);
    }
    return {};
}

} // namespace

TEST_CASE("composition: random schedules and spans agree with brute force in zones with wild changes")
{
    dice d{49};
    for (int i = 0; i < 250; ++i) {
        // two changes some days apart, between offsets up to a day from UTC
        auto const offset = [&] {
            return std::to_string(d.between(-24, 24)) + d.one_of({":00", ":15", ":45"});
        };
        auto const day = d.between(10, 300);
        auto const hour = [&] { return '/' + std::to_string(d.between(0, 23)); };
        auto const zone =
            tasks::time_zone::named("AAA" + offset() + "BBB" + offset() + ",J" + std::to_string(day) +
                                    hour() + ",J" + std::to_string(day + d.between(1, 4)) + hour());
        auto const near = test::utc("2030-01-01T00:00:00Z") + (day + d.between(-2, 3)) * 24h;
        if (auto const fault = fault_of_schedule(d, zone, near); !fault.empty())
            FAIL(fault);
        if (auto const fault = fault_of_changes(d, zone, near); !fault.empty())
            FAIL(fault);
    }
    SUCCEED();
}

#if defined(TASKS_TZ_STD) || defined(TASKS_TZ_DATE)

TEST_CASE("composition: random schedules and spans agree with brute force in every zone, around every change")
{
    dice d{1990};
    std::size_t changes = 0;
    std::set<std::tuple<instant, std::chrono::seconds, std::chrono::seconds>>
        seen; // zones share most changes
    auto const end = test::utc("2046-01-01T00:00:00Z");
    for (auto const& name : test::zone_names()) {
        auto const zone = tasks::time_zone::named(name);
        auto before = zone.at(test::utc("1990-01-01T00:00:00Z"));
        while (before.until < end) {
            auto const after = zone.at(before.until);
            auto const step = after.offset - before.offset;
            bool const usual = step == 1h || step == -1h;
            if ((test::full() || !usual || d.between(0, 4) == 0) &&
                seen.insert({after.from, before.offset, after.offset}).second) {
                ++changes;
                for (auto const& fault :
                     {fault_of_schedule(d, zone, after.from), fault_of_changes(d, zone, after.from)})
                    if (!fault.empty())
                        FAIL(name << ": " << fault);
            }
            before = after;
        }
    }
    CHECK(changes > (test::full() ? 4'000 : 200));
    if (test::full())
        std::printf("%zu changes\n", changes);
}

#endif
