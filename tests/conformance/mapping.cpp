// SPDX-License-Identifier: MIT
#include "mapping.hpp"

#include "exceptions.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/time/time_of_day.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace conformance {
namespace {

tasks::schedule to_times(std::vector<time_entry> const& entries)
{
    std::vector<std::pair<std::string, std::vector<tasks::time_of_day>>> zones;
    for (time_entry const& entry : entries) {
        auto found =
            std::find_if(zones.begin(), zones.end(), [&](auto const& z) { return z.first == entry.zone; });
        if (found == zones.end())
            found = zones.insert(zones.end(), {entry.zone, {}});
        found->second.push_back(tasks::time_of_day::parse(entry.at));
    }
    if (zones.empty())
        return tasks::day_at{std::vector<tasks::time_of_day>{}};

    auto const in_its_zone = [](auto const& zone_and_times) -> tasks::schedule {
        tasks::day_at const times{zone_and_times.second};
        return zone_and_times.first.empty() ? times : times.in(zone_and_times.first);
    };
    tasks::schedule result = in_its_zone(zones.front());
    for (auto zone = std::next(zones.begin()); zone != zones.end(); ++zone)
        result = result | in_its_zone(*zone);
    return result;
}

tasks::overlap to_overlap(overlap_choice given)
{
    if (given.unlimited)
        return tasks::unlimited;
    using limits = std::numeric_limits<int>;
    return static_cast<int>(std::clamp<std::int64_t>(given.limit, limits::min(), limits::max()));
}

tasks::missed to_missed(missed_choice given)
{
    switch (given.what) {
    case missed_choice::kind::coalesce: break;
    case missed_choice::kind::skip: return tasks::missed::skip;
    case missed_choice::kind::delay: return tasks::missed::delay;
    case missed_choice::kind::catch_up: return tasks::missed::catch_up(given.max);
    }
    return tasks::missed::coalesce;
}

struct fraction_of_bound {
    double fraction;

    nanoseconds next(unsigned failures) const
    {
        return nanoseconds{std::llround(fraction * static_cast<double>(backoff_bound(failures).count()))};
    }
};

void append_times(tasks::schedule const& every, json& times)
{
    for (tasks::schedule const& part : every.parts())
        append_times(part, times);
    if (auto const* day = every.target<tasks::day_at>()) {
        for (tasks::time_of_day t : day->times())
            times.push_back({{"at", to_string(t)}, {"tz", day->zone().name()}});
    }
}

} // namespace

tasks::schedule to_schedule(when const& given)
{
    if (!given.times) {
        return std::chrono::duration<double>{given.seconds + 60.0 * given.minutes + 3600.0 * given.hours};
    }
    if (given.seconds != 0 || given.minutes != 0 || given.hours != 0)
        throw bad_combination{"time together with an interval"};
    return to_times(*given.times);
}

tasks::options to_options(loop_definition const& given, double backoff_fraction)
{
    loop_parameters const& loop = given.loop;
    return {.every = to_schedule(loop.every),
            .count = loop.count,
            .reconnect = loop.reconnect,
            .backoff = fraction_of_bound{backoff_fraction},
            .missed = to_missed(loop.missed),
            .overlap = to_overlap(loop.overlap),
            .name = given.name};
}

nanoseconds backoff_bound(unsigned failures)
{
    return std::chrono::seconds{1LL << std::min(failures, 10U)};
}

void describe_schedule(tasks::schedule const& every, json& snapshot)
{
    if (every.is_interval()) {
        snapshot["interval"] = {{"seconds", std::chrono::duration<double>{every.interval()}.count()}};
        return;
    }
    json times = json::array();
    append_times(every, times);
    snapshot["times"] = std::move(times);
}

} // namespace conformance
