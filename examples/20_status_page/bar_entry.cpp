// SPDX-License-Identifier: MIT
#include "bar_entry.hpp"

#include "loop_json.hpp"

#include <algorithm>
#include <string_view>

namespace {

bar_entry entry_of(tasks::iteration_record const& r)
{
    std::string_view outcome = "in progress";
    if (r.abandoned)
        outcome = "abandoned";
    else if (r.end && r.what)
        outcome = to_string(*r.what);
    return {.slot = r.slot,
            .number = r.number,
            .start = r.start,
            .outcome = std::string{outcome},
            .duration = r.duration,
            .attempts = r.attempts,
            .coalesced = r.coalesced,
            .error = r.error};
}

bar_entry entry_of(tasks::slots_record const& r)
{
    return {.slot = r.first,
            .missed = true,
            .number = r.number,
            .last = r.last,
            .count = r.count,
            .at_least = r.at_least,
            .cause = r.cause};
}

} // namespace

std::vector<bar_entry> bar_of(tasks::loop_history const& h, std::size_t most)
{
    std::vector<bar_entry> bar;
    bar.reserve(h.iterations.size() + h.slots.size());
    for (auto const& r : h.iterations)
        bar.push_back(entry_of(r));
    for (auto const& r : h.slots)
        if (r.what == tasks::decision::missed) // the others have an iteration that stands for them
            bar.push_back(entry_of(r));
    std::ranges::stable_sort(bar, {}, &bar_entry::slot);
    if (bar.size() > most)
        bar.erase(bar.begin(), bar.end() - static_cast<std::ptrdiff_t>(most));
    return bar;
}

bar_growth compare(std::vector<bar_entry> const& before, std::vector<bar_entry> const& now)
{
    if (now.empty())
        return {before.size(), 0};
    // The oldest entries may have been forgotten; of the others, some that were in progress may have ended.
    auto const kept = std::ranges::find_if(before, [&](auto const& e) { return now.front().continues(e); });
    auto const changed = std::mismatch(kept, before.end(), now.begin(), now.end());
    return {static_cast<std::size_t>(before.end() - changed.first),
            static_cast<std::size_t>(changed.second - now.begin())};
}

nlohmann::json to_json(bar_entry const& e)
{
    if (e.missed)
        return {{"missed", to_string(e.cause)},
                {"slot", milliseconds(e.slot)},
                {"last", milliseconds(e.last)},
                {"count", e.count},
                {"at_least", e.at_least}};
    nlohmann::json j{{"slot", milliseconds(e.slot)},
                     {"start", milliseconds(e.start)},
                     {"duration", milliseconds(e.duration)},
                     {"attempts", e.attempts},
                     {"outcome", e.outcome}};
    if (e.coalesced != 0)
        j["coalesced"] = e.coalesced;
    if (!e.error.empty())
        j["error"] = e.error;
    return j;
}
