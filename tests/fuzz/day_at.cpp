// SPDX-License-Identifier: MIT
// Feeds day_at: the first line is the zone, each further line is a time. The printed text is split, and
// parsed again.
#include "support/check.hpp"

#include <tasks/schedule/day_at.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

std::string_view take_until(std::string_view& text, std::string_view mark)
{
    auto const end = text.find(mark);
    auto const part = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + mark.size());
    return part;
}

/// Of `09:00, 17:30) in UTC`
tasks::day_at read_back(std::string_view printed)
{
    auto list = take_until(printed, ") in ");
    std::vector<tasks::time_of_day> times;
    while (!list.empty())
        times.push_back(tasks::time_of_day::parse(take_until(list, ", ")));
    return tasks::day_at{times}.in(printed);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto text = fuzz::text(data, size);
    auto const all = text;
    auto const zone = fuzz::parsed(tasks::time_zone::named, take_until(text, "\n"));
    if (!zone)
        return 0;
    std::vector<tasks::time_of_day> times;
    while (!text.empty()) {
        auto const time = fuzz::parsed(tasks::time_of_day::parse, take_until(text, "\n"));
        if (!time)
            return 0;
        times.push_back(*time);
    }
    if (times.empty())
        return 0;
    auto const schedule = tasks::day_at{times}.in(*zone);

    auto printed = to_string(schedule);
    fuzz::require(printed.starts_with("day_at("), "a schedule is printed by its name", all);
    auto const again = read_back(std::string_view{printed}.substr(7));
    fuzz::require(again == schedule, "what is printed is read back", all);
    fuzz::require(to_string(again) == printed, "and printed alike", all);

    auto t = tasks::time_point{std::chrono::seconds{1'700'000'000}} + times.front().since_midnight();
    for (int i = 0; i < 3; ++i) {
        auto const next = schedule.next(t);
        fuzz::require(next && *next > t, "there is always a next time, and it is later", all);
        fuzz::require(again.next(t) == next, "schedules that are equal do the same", all);
        t = *next;
    }
    return 0;
}
