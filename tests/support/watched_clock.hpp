// SPDX-License-Identifier: MIT
#pragma once

// Computes the instants of listed local times in the simplest way: it reads the clock of the zone every
// minute and records the result. Slow, and only for zones whose offsets, changes and times are whole minutes.

#include <tasks/schedule/gap_and_fold.hpp>
#include <tasks/time/offset_span.hpp>
#include <tasks/time/time_of_day.hpp>
#include <tasks/time/time_point.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace test {

class watched_clock {
public:
    using minutes = std::chrono::minutes;

    template <class Zone>
    watched_clock(Zone const& zone, std::vector<tasks::time_of_day> const& times, tasks::time_point from,
                  tasks::time_point until)
        : watched_clock{zone, every_day_at(times), from, until}
    {
    }

    /// `is_listed` says whether a local minute, counted from 1970, is one of the times.
    template <class Zone>
    watched_clock(Zone const& zone, std::function<bool(minutes)> const& is_listed, tasks::time_point from,
                  tasks::time_point until)
    {
        constexpr minutes one{1};
        auto span = zone.at(from);
        auto before = std::chrono::floor<minutes>(from.time_since_epoch() + span.offset) - one;
        for (auto now = from; now < until; now += one) {
            if (now >= span.until)
                span = zone.at(now);
            auto const shown = std::chrono::floor<minutes>(now.time_since_epoch() + span.offset);
            for (auto jumped = before + one; jumped < shown; jumped += one)
                if (is_listed(jumped) && !log_[jumped].jumped) // the old clock would have reached it
                    log_[jumped].jumped = {now, now - one + (jumped - before)};
            if (is_listed(shown))
                log_[shown].shown.push_back(now);
            before = shown;
        }
    }

    /// The instants after `from` and up to `until`, which lie some days inside the recorded range.
    [[nodiscard]] std::vector<tasks::time_point>
    instants(tasks::gap missing, tasks::fold repeated, tasks::time_point from, tasks::time_point until) const
    {
        std::set<tasks::time_point> found;
        for (auto const& [local, seen] : log_) {
            if (seen.shown.empty()) {
                if (seen.jumped && missing != tasks::gap::skip)
                    found.insert(missing == tasks::gap::after ? seen.jumped->change : seen.jumped->shifted);
            } else if (repeated == tasks::fold::both) {
                found.insert(seen.shown.begin(), seen.shown.end());
            } else {
                found.insert(repeated == tasks::fold::first ? seen.shown.front() : seen.shown.back());
            }
        }
        return {found.upper_bound(from), found.upper_bound(until)};
    }

private:
    struct jump {
        tasks::time_point change, shifted;
    };
    struct entry {
        std::vector<tasks::time_point> shown;
        std::optional<jump> jumped;
    };

    static std::size_t minute_of_day(minutes local)
    {
        return static_cast<std::size_t>((local - std::chrono::floor<std::chrono::days>(local)).count());
    }

    static std::function<bool(minutes)> every_day_at(std::vector<tasks::time_of_day> const& times)
    {
        std::vector<bool> listed(24 * 60); // by minute of the day
        for (auto const t : times)
            listed[minute_of_day(std::chrono::floor<minutes>(t.since_midnight()))] = true;
        return [listed = std::move(listed)](minutes local) -> bool { return listed[minute_of_day(local)]; };
    }

    std::map<minutes, entry> log_;
};

/// The instants of a schedule, asked from one to the next: all after `from` and up to `until`.
template <class Schedule>
std::vector<tasks::time_point> asked_instants(Schedule const& schedule, tasks::time_point from,
                                              tasks::time_point until)
{
    std::vector<tasks::time_point> found;
    for (auto t = schedule.next(from); t && *t <= until; t = schedule.next(*t)) {
        if (*t <= from)
            return {}; // it does not advance, which is never expected
        found.push_back(from = *t);
    }
    return found;
}

} // namespace test
