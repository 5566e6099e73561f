// SPDX-License-Identifier: MIT
#include "mapping.hpp"

#include "exceptions.hpp"

#include <tasks/schedule/day_at.hpp>
#include <tasks/time/time_of_day.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
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
    case missed_choice::kind::forbid: return tasks::missed::forbid;
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

std::chrono::duration<double> in_seconds(double count)
{
    return std::chrono::duration<double>{count};
}

/// Draws always the same part of what can be drawn.
struct fraction_of_room {
    nanoseconds longest;
    double fraction;

    nanoseconds next(tasks::iteration const&, nanoseconds room) const
    {
        return nanoseconds{std::llround(fraction * static_cast<double>(std::min(longest, room).count()))};
    }
};

/// Gives one answer for each question; the last one repeats.
struct listed_jitter {
    std::vector<jitter_answer> answers;
    std::shared_ptr<std::size_t> asked = std::make_shared<std::size_t>(0);

    nanoseconds next(tasks::iteration const&) const
    {
        auto const& answer = answers[std::min((*asked)++, answers.size() - 1)];
        if (!answer.throws.empty())
            raise(answer.throws);
        return nanoseconds{std::llround(answer.seconds * 1e9)};
    }
};

tasks::jitter to_jitter(jitter_choice const& given, double fraction)
{
    if (!given.seconds)
        return listed_jitter{given.answers};
    tasks::jitter random = in_seconds(*given.seconds); // refuses what is no duration
    if (!random)
        return random;
    return fraction_of_room{nanoseconds{std::llround(*given.seconds * 1e9)}, fraction};
}

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
    bool const interval = given.seconds != 0 || given.minutes != 0 || given.hours != 0;
    if (interval + given.times.has_value() + given.fixed_delay.has_value() + given.on_trigger > 1)
        throw bad_combination{"several schedules"};
    if (given.on_trigger)
        return tasks::on_trigger;
    if (given.fixed_delay)
        return tasks::fixed_delay(in_seconds(*given.fixed_delay));
    if (!given.times)
        return in_seconds(given.seconds + 60.0 * given.minutes + 3600.0 * given.hours);
    return to_times(*given.times);
}

tasks::options to_options(loop_definition const& given, scenario const& of)
{
    loop_parameters const& loop = given.loop;
    tasks::options result{.every = to_schedule(loop.every),
                          .count = loop.count,
                          .reconnect = loop.reconnect,
                          .backoff = fraction_of_bound{of.backoff_fraction},
                          .missed = to_missed(loop.missed),
                          .overlap = to_overlap(loop.overlap),
                          .retries = loop.retries,
                          .on_error = loop.next_slot ? tasks::on_error::next_slot : tasks::on_error::end_run,
                          .name = given.name};
    if (loop.initial_delay)
        result.initial_delay = in_seconds(*loop.initial_delay);
    if (loop.jitter)
        result.jitter = to_jitter(*loop.jitter, of.jitter_fraction);
    if (loop.timeout)
        result.timeout = in_seconds(*loop.timeout);
    if (loop.grace)
        result.grace = in_seconds(*loop.grace);
    return result;
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
    if (every.is_fixed_delay()) {
        snapshot["fixed_delay"] = std::chrono::duration<double>{every.fixed_delay()}.count();
        return;
    }
    if (every.is_on_trigger()) {
        snapshot["on_trigger"] = true;
        return;
    }
    json times = json::array();
    append_times(every, times);
    snapshot["times"] = std::move(times);
}

} // namespace conformance
