// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/group/detail/record_words.hpp>
#include <tasks/loop/text.hpp>

#include <chrono>
#include <string>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

[[nodiscard]] inline std::string one_line(std::string text)
{
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < ' ')
            c = ' ';
    return text;
}

/// Returns an error's text in parentheses, after a blank; nothing if there is none.
[[nodiscard]] inline std::string in_parentheses(std::string const& text)
{
    return text.empty() ? "" : " (" + one_line(text) + ')';
}

[[nodiscard]] inline std::string verb(outcome what)
{
    switch (what) {
    case outcome::succeeded: return "succeeded";
    case outcome::failed: return "failed";
    case outcome::cancelled: return "was cancelled";
    case outcome::skipped: return "was skipped by its body";
    case outcome::timed_out: return "timed out";
    }
    return "ended";
}

/// Says how the last attempt ended. That it timed out is clear without a text.
[[nodiscard]] inline std::string last_end(iteration_record const& r)
{
    auto const what = r.what.value_or(outcome::failed);
    bool const has_text = what == outcome::failed || what == outcome::skipped;
    return verb(what) + (has_text ? in_parentheses(r.error) : "");
}

/// Whether an iteration was so late that it is worth a word.
[[nodiscard]] inline bool is_late(iteration_record const& r) noexcept
{
    return r.lateness >= std::chrono::milliseconds{1};
}

[[nodiscard]] inline std::string attempt(unsigned number)
{
    return "attempt " + std::to_string(number);
}

TASKS_DECL std::string record_words::reason(run_record const& run)
{
    switch (run.reason) {
    case exit_reason::completed: return "(stopped, or nothing was left to do)";
    case exit_reason::cancelled: return "(cancelled)";
    case exit_reason::failed: return "(failed: " + one_line(run.error) + ')';
    }
    return "";
}

// An iteration.

TASKS_DECL std::string record_words::iteration(iteration_record const& r) const
{
    bool const requested = r.cause == cause::requested;
    auto text = at_(r.slot);
    text += requested        ? " was a request, not a slot"
            : r.abandoned    ? " never ended"
            : !r.in_flight() ? " ran"
            : r.retry        ? " is being retried"
                             : " is still running";
    if (r.coalesced != 0) {
        text += r.cause == cause::delayed ? ", in place of the " : ", also for the ";
        if (r.coalesced != 1)
            text += std::to_string(r.coalesced) + (r.coalesced == 10'000 ? " or more slots" : " slots");
        else
            text += "slot";
        text += " before it";
    }
    text += ": it " + start(r);
    if (r.abandoned)
        return text + ", and then the loop, or the operation that it awaited, was destroyed";
    if (r.in_flight())
        return text + in_flight(r);
    return text + (r.retry ? given_up(r) : end(r));
}

TASKS_DECL std::string record_words::start(iteration_record const& r) const
{
    if (!is_late(r))
        return "started on time";
    auto text = "started at " + at_(r.start) + ", " + rough_duration(r.lateness) + " late";
    iteration_record const* awaited = nullptr; // of those before it, the last to end after its slot
    for (auto const* b = h_.iterations.data(); b != &r; ++b)
        if (b->end && r.slot < *b->end && *b->end <= r.start && (!awaited || *awaited->end <= *b->end))
            awaited = b;
    if (!awaited)
        return text;
    auto const end = at_(*awaited->end);
    return text + ", because " + name(*awaited) + " ran until " + (end == at_(r.start) ? "then" : end);
}

TASKS_DECL std::string record_words::end(iteration_record const& r) const
{
    auto const what = r.what.value_or(outcome::failed);
    auto text = (is_late(r) ? ", and " : " and ") + verb(what);
    if (r.attempts == 1)
        text += " after " + rough_duration(r.duration);
    else
        text += " at " + at_(*r.end) + " in " + attempt(r.attempts);
    if (what == outcome::failed || what == outcome::skipped)
        return text + in_parentheses(r.error);
    if (what == outcome::succeeded && r.attempts > 1)
        return text + ", after " + attempt(r.attempts - 1) + " had failed" + in_parentheses(r.error);
    return text;
}

TASKS_DECL std::string record_words::given_up(iteration_record const& r) const
{
    return ", " + attempt(r.attempts) + ' ' + last_end(r) + ", and the retry due at " + at_(*r.retry) +
           " was given up, because " + end_of_run_around(*r.end);
}

TASKS_DECL std::string record_words::in_flight(iteration_record const& r) const
{
    if (r.retry)
        return ", " + attempt(r.attempts) + ' ' + last_end(r) + ", and " + attempt(r.attempts + 1) +
               " is due at " + at_(*r.retry);
    if (r.attempts > 1)
        return ", " + attempt(r.attempts - 1) + ' ' + last_end(r) + ", and " + attempt(r.attempts) +
               " is running";
    return r.cause == cause::requested ? ", and is still running" : "";
}

TASKS_DECL std::string record_words::name(iteration_record const& r) const
{
    return (r.cause == cause::requested ? "the one requested at " : "the one of ") + at_(r.slot);
}

// Slots without an iteration.

TASKS_DECL std::string record_words::slots(slots_record const& s) const
{
    auto text = subject(s) + " got no iteration";
    if (s.what == decision::coalesced)
        text += (s.count == 1 ? " of its own" : " of their own") + std::string{": coalesced into "} +
                successor(s);
    else
        text += ": missed (" + std::string{to_string(s.cause)} + ')' + miss(s);
    return text + obstacle(s);
}

TASKS_DECL std::string record_words::subject(slots_record const& s) const
{
    if (s.count == 1)
        return at_(s.first);
    if (s.count == 2 && !s.at_least)
        return at_(s.first) + " and " + at_(s.last);
    return (s.at_least ? "At least " : "The ") + std::to_string(s.count) + " slots from " + at_(s.first) +
           " to " + at_(s.last);
}

TASKS_DECL std::string record_words::miss(slots_record const& s) const
{
    auto const decided = at_(s.decided);
    switch (s.cause) {
    case miss_cause::none:
    case miss_cause::busy: return "";
    case miss_cause::skipped: return ", because more than one slot was overdue at " + decided;
    case miss_cause::dropped:
        return ", because more slots were overdue at " + decided + " than may be caught up";
    case miss_cause::rescheduled: return ", because the schedule was replaced at " + decided;
    case miss_cause::ended: return ", because " + end_of_run_around(s.decided);
    case miss_cause::paused: return ", because the loop was paused";
    case miss_cause::late: return ", because the grace period was over at " + decided;
    }
    return "";
}

/// Names the iteration that stands for the slots, and says how it ended.
TASKS_DECL std::string record_words::successor(slots_record const& s) const
{
    for (auto const& r : h_.iterations) {
        if (r.number != s.number || r.start != s.decided)
            continue;
        auto const text = name(r) + ", which ";
        if (r.abandoned)
            return text + "never ended";
        if (r.in_flight())
            return text + (r.retry ? "is being retried" : "is still running");
        return text + last_end(r);
    }
    return "the one that started at " + at_(s.decided);
}

TASKS_DECL bool record_words::was_in_flight(iteration_record const& r, time_point t) const
{
    if (t < r.start)
        return false;
    if (r.end)
        return t < *r.end;
    if (!r.abandoned)
        return true;
    // It was gone at the latest when another run began.
    for (auto const& run : h_.runs)
        if (r.start < run.start && run.start <= t)
            return false;
    return true;
}

/// Says what was in the way when the first of the slots came due.
TASKS_DECL std::string record_words::obstacle(slots_record const& s) const
{
    if (s.cause == miss_cause::paused)
        return "";
    std::vector<iteration_record const*> others;
    for (auto const& r : h_.iterations)
        if (r.start < s.decided && was_in_flight(r, s.first))
            others.push_back(&r);
    if (others.size() > 2)
        return "; " + std::to_string(others.size()) + " others were in flight, the first since " +
               at_(others.front()->start);
    if (others.size() == 2)
        return "; " + name(*others.front()) + " and " + name(*others.back()) + " were in flight";
    if (!others.empty()) {
        auto const& other = *others.front();
        return "; " + name(other) +
               (other.end         ? " ran until " + at_(*other.end)
                : other.abandoned ? " never ended"
                : other.retry     ? " is being retried"
                                  : " is still running");
    }
    if (s.cause == miss_cause::busy)
        return ", because no further iteration could start";
    bool const remembered = !h_.forgotten || *h_.forgotten < s.first;
    bool const explained = s.cause == miss_cause::rescheduled || s.cause == miss_cause::ended;
    return remembered && !explained
               ? "; no iteration was in flight then, so the machine may have been busy or suspended"
               : "";
}

TASKS_DECL std::string record_words::end_of_run_around(time_point t) const
{
    for (auto const& run : h_.runs)
        if (run.start <= t && (run.in_progress() || (run.end && t <= *run.end)))
            return run.end ? "the run ended at " + at_(*run.end) + ' ' + reason(run) : "the run was ending";
    return "the run ended"; // it has been forgotten
}

} // namespace detail
TASKS_END_NAMESPACE
