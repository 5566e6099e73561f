// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/detail/explain_slot.hpp>
#include <tasks/group/detail/instant_words.hpp>
#include <tasks/group/detail/known_decision.hpp>
#include <tasks/group/detail/record_words.hpp>

#include <chrono>
#include <string>

TASKS_BEGIN_NAMESPACE
namespace detail {

[[nodiscard]] inline bool has_fraction(time_point t) noexcept
{
    return t.time_since_epoch() % std::chrono::seconds{1} != nanoseconds{0};
}

/// Returns the last run that began at or before `t`; null if none is known.
[[nodiscard]] inline run_record const* run_before(loop_history const& h, time_point t)
{
    run_record const* last = nullptr;
    for (auto const& run : h.runs)
        if (run.start <= t)
            last = &run;
    return last;
}

[[nodiscard]] inline std::string forgotten_text(loop_history const& h, time_point t, instant_words const& at)
{
    auto const first = first_slot_after(h, *h.forgotten);
    return "What became of " + at(t) + " is not remembered any more; the history " +
           (first ? "goes back to " + at(*first) : "begins after " + at(*h.forgotten));
}

[[nodiscard]] inline std::string no_run_text(loop_history const& h, time_point t, instant_words const& at)
{
    auto text = "No run was in progress at " + at(t) + ": ";
    auto const* const last = run_before(h, t);
    if (!last)
        return text + "the first one began at " + at(h.runs.front().start);
    text += "the last one had ended at " + at(*last->end) + ' ' + record_words::reason(*last);
    auto const* const next = last + 1;
    if (next != h.runs.data() + h.runs.size())
        text += ", and the next one began at " + at(next->start);
    return text;
}

[[nodiscard]] inline std::string no_slot_text(loop_history const& h, time_point t, run_record const& run,
                                              instant_words const& at)
{
    auto const text = "The run that began at " + at(run.start) + " had no slot up to " + at(t);
    if (auto const first = first_slot_after(h, t); first && (!run.end || *first <= *run.end))
        return text + "; its first one was " + at(*first);
    return run.in_progress() ? text + ", or it has not been decided yet" : text;
}

[[nodiscard]] inline std::string explanation(loop_history const& h, time_point t, time_zone const& zone)
{
    auto const found = find_decision(h, t);
    bool const fractions = found.ran ? has_fraction(found.ran->slot)
                           : found.passed
                               ? has_fraction(found.passed->first) || has_fraction(found.passed->last)
                               : has_fraction(t);
    instant_words const at{t, zone, fractions};

    bool const exact = found && found.slot == t;
    auto const* const run = run_before(h, t);
    if (!exact && h.forgotten && (!found || found.slot < *h.forgotten) && !(run && *h.forgotten < run->start))
        return forgotten_text(h, t, at);
    if (!exact && (run ? run->end && *run->end <= t : !found))
        return no_run_text(h, t, at);
    if (!exact && run && (!found || found.decided < run->start))
        return no_slot_text(h, t, *run, at);

    record_words const words{h, at};
    auto text = found.ran ? words.iteration(*found.ran) : words.slots(*found.passed);
    if (!exact && run && !first_slot_after(h, t)) {
        if (run->in_progress())
            text += "; no later slot has been decided yet";
        else if (run->abandoned)
            text += "; no later slot followed, because the loop was destroyed";
    }
    return text;
}

TASKS_DECL std::string explain_slot(loop_history const& h, time_point t, time_zone const& zone)
{
    return explanation(h, t, zone) + '.';
}

} // namespace detail
TASKS_END_NAMESPACE
