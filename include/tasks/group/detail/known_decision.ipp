// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/detail/known_decision.hpp>

#include <algorithm>
#include <tuple>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL known_decision find_decision(loop_history const& h, time_point t)
{
    known_decision found;
    // Of decisions about the same instant, one about a known slot is the answer, and a slot precedes a
    // request, because people ask about slots. Of the same slot, which a clock that is set back may repeat,
    // the latest decision is the answer.
    std::tuple<time_point, bool, bool, time_point> best;
    auto const consider = [&](known_decision d, bool is_exact, bool is_slot) {
        std::tuple const rank{d.slot, is_exact, is_slot, d.decided};
        if (found && rank < best)
            return;
        found = d;
        best = rank;
    };
    for (auto const& r : h.iterations)
        if (r.slot <= t)
            consider({.ran = &r, .slot = r.slot, .decided = r.start}, true, r.cause != cause::requested);
    for (auto const& s : h.slots)
        if (s.first <= t)
            consider({.passed = &s, .slot = (std::min)(s.last, t), .decided = s.decided},
                     t == s.first || s.last <= t, true);
    return found;
}

TASKS_DECL std::optional<time_point> first_slot_after(loop_history const& h, time_point t)
{
    std::optional<time_point> first;
    auto const consider = [&](time_point slot) {
        if (slot > t && (!first || slot < *first))
            first = slot;
    };
    for (auto const& r : h.iterations)
        consider(r.slot);
    for (auto const& s : h.slots)
        consider(s.first);
    return first;
}

} // namespace detail
TASKS_END_NAMESPACE
