// SPDX-License-Identifier: MIT
#include "schedule_words.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace {

std::string times_in_words(std::vector<tasks::time_of_day> const& times)
{
    std::string text = "at ";
    for (std::size_t i = 0; i < times.size(); ++i) {
        if (i != 0)
            text += i + 1 == times.size() ? " and " : ", ";
        text += to_string(times[i]);
    }
    return text;
}

} // namespace

std::string in_words(tasks::schedule const& s)
{
    if (s.is_on_trigger())
        return "only when triggered";
    if (s.is_interval() && s.interval() == std::chrono::nanoseconds::zero())
        return "without a pause";
    if (s.is_fixed_delay()) {
        std::string_view constexpr prefix = "fixed_delay ";
        return to_string(s).substr(prefix.size()) + " after the end of the last iteration";
    }
    if (auto const* at = s.target<tasks::day_at>())
        return times_in_words(at->times()) + ", by the clock of " + at->zone().name();
    if (auto const* cron = s.target<tasks::cron>())
        return cron->expression().describe() + ", by the clock of " + cron->zone().name();
    if (s.parts().empty())
        return to_string(s);
    std::string text;
    for (auto const& part : s.parts())
        text += (text.empty() ? "" : "; and ") + in_words(part);
    return text;
}

std::optional<tasks::time_zone> zone_of(tasks::schedule const& s)
{
    if (auto const* at = s.target<tasks::day_at>())
        return at->zone();
    if (auto const* cron = s.target<tasks::cron>())
        return cron->zone();
    for (auto const& part : s.parts())
        if (auto zone = zone_of(part))
            return zone;
    return std::nullopt;
}

bool clocks_are_set_on_the_day_of(tasks::time_point t, tasks::time_zone const& zone)
{
    auto const span = zone.at(t);
    auto const day_of = [&](tasks::time_point instant) {
        return std::chrono::floor<std::chrono::days>(instant + span.offset);
    };
    // The limits of time stand for "no change known", and cannot be shifted by an offset.
    bool const began = span.from != (tasks::time_point::min)() && day_of(span.from) == day_of(t);
    bool const ends = span.until != (tasks::time_point::max)() &&
                      day_of(span.until - tasks::time_point::duration{1}) == day_of(t);
    return began || ends;
}
