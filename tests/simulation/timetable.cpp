// SPDX-License-Identifier: MIT
#include "timetable.hpp"

#include <algorithm>

namespace simulation {
namespace {

/// The first of `anchor`, `anchor + period`, `anchor - period`, … after `t`.
milliseconds next_of_grid(milliseconds anchor, milliseconds period, milliseconds t)
{
    auto behind = (t - anchor) % period;
    if (behind < milliseconds::zero())
        behind += period;
    return t - behind + period;
}

} // namespace

std::optional<milliseconds> next_instant(timetable const& table, milliseconds t)
{
    using namespace std::chrono_literals;
    std::optional<milliseconds> first;
    switch (table.what) {
    case timetable::kind::interval:
    case timetable::kind::fixed_delay:
    case timetable::kind::on_trigger: break;
    case timetable::kind::aligned: return next_of_grid(table.phase, table.period, t);
    case timetable::kind::daily:
        for (auto const& time : table.times) {
            auto const next = next_of_grid(time.of_day - time.east, 24h, t);
            first = first ? std::min(*first, next) : next;
        }
        return first;
    case timetable::kind::listed:
        for (auto const instant : table.list) {
            if (instant > t)
                return instant;
        }
        break;
    }
    return std::nullopt;
}

} // namespace simulation
