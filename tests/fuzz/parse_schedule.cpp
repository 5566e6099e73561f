// SPDX-License-Identifier: MIT
// Feeds parse_schedule. What is printed of a schedule is parsed again, and both answer alike.
#include "support/check.hpp"

#include <tasks/schedule/asking.hpp>
#include <tasks/schedule/parse_schedule.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace {

void check_instants(tasks::schedule const& s, tasks::schedule const& again, std::string_view text)
{
    auto t = tasks::time_point{std::chrono::seconds{1'700'000'000 + text.size() * 1'000'000}};
    for (int i = 0; i < 3; ++i) {
        auto const next = s.next(t);
        fuzz::require(again.next(t) == next, "schedules that are equal do the same", text);
        if (!next)
            return;
        fuzz::require(*next > t, "the next slot is later", text);
        fuzz::require(tasks::matches(s, *next), "a slot matches", text);
        fuzz::require(tasks::previous(s, *next + std::chrono::nanoseconds{1}) == next,
                      "the slot before is found again", text);
        t = *next;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    auto const text = fuzz::text(data, size);
    auto const schedule = fuzz::parsed(tasks::parse_schedule, text);
    if (!schedule)
        return 0;
    auto const printed = to_string(*schedule);
    auto const again = tasks::parse_schedule(printed);
    fuzz::require(to_string(again) == printed, "what is printed is read back, and printed alike", text);
    if (schedule->is_interval()) {
        fuzz::require(again.is_interval() && again.interval() == schedule->interval(),
                      "an interval is read back", text);
        return 0;
    }
    auto const* const cron = schedule->target<tasks::cron>();
    fuzz::require(cron && again.target<tasks::cron>() && *again.target<tasks::cron>() == *cron,
                  "a cron expression is read back", text);
    check_instants(*schedule, again, text);
    return 0;
}
