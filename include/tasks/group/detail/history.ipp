// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/errors.hpp>
#include <tasks/group/detail/explain_slot.hpp>
#include <tasks/group/history.hpp>
#include <tasks/retry/exception_text.hpp>
#include <tasks/time/detail/clock_reading.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

[[nodiscard]] TASKS_DECL std::size_t checked_keep(std::int64_t keep)
{
    if (keep < 1)
        throw bad_option{"tasks: a history keeps " + std::to_string(keep) +
                         " iterations of each loop, but it must keep at least 1"};
    return static_cast<std::size_t>(keep);
}

/// The text of an exception, cut to 1,000 bytes between two characters of UTF-8. Calls user code.
[[nodiscard]] TASKS_DECL std::string bounded_text(std::exception_ptr const& exception)
{
    constexpr std::size_t most = 1'000;
    auto text = tasks::what(exception);
    if (text.size() <= most)
        return text;
    auto end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    text.resize(end);
    return text;
}

/// Returns the memory of a text, without the text.
[[nodiscard]] TASKS_DECL std::string emptied(std::string& text) noexcept
{
    text.clear();
    return std::move(text);
}

[[nodiscard]] TASKS_DECL std::string unknown_loop(std::string_view name,
                                                  std::vector<std::string> const& known)
{
    if (known.empty())
        return "No loop has run yet.";
    auto text = "No loop named \"" + std::string{name} + "\" has run, only ";
    for (std::size_t i = 0; i != known.size(); ++i)
        text += (i == 0 ? "\"" : i + 1 == known.size() ? " and \"" : ", \"") + known[i] + '"';
    return text + ".";
}

} // namespace detail

TASKS_DECL history::records::records(std::size_t keep) noexcept
    : iterations{keep}
    , slots{keep}
    , runs{keep}
{
}

TASKS_DECL void history::records::forget(time_point t) noexcept
{
    forgotten = forgotten ? (std::max)(*forgotten, t) : t;
}

/// Notes that nothing that is in progress will end.
TASKS_DECL void history::records::abandon() noexcept
{
    for (std::size_t i = 0; i != runs.size(); ++i)
        runs[i].abandoned = runs[i].abandoned || runs[i].in_progress();
    for (std::size_t i = 0; i != iterations.size(); ++i)
        iterations[i].abandoned = iterations[i].abandoned || iterations[i].in_flight();
}

/// Finds the record of an iteration; null if it has been forgotten.
TASKS_DECL iteration_record* history::records::find(iteration const& it) noexcept
{
    return iterations.find_newest([&](iteration_record const& r) {
        return r.number == it.number && r.start == it.start && r.slot == it.slot;
    });
}

TASKS_DECL history::history(std::int64_t keep, time_zone const& zone)
    : keep_{detail::checked_keep(keep)}
    , zone_{zone}
{
}

/// Requires the mutex.
TASKS_DECL history::records* history::find(std::string_view name)
{
    auto const found = loops_.find(name);
    return found == loops_.end() ? nullptr : &found->second;
}

TASKS_DECL void history::on_run_started(run_started const& e)
{
    std::scoped_lock const lock{mutex_};
    auto* of_loop = find(e.loop);
    if (!of_loop)
        of_loop = &loops_.try_emplace(std::string{e.loop}, keep_).first->second;
    of_loop->abandon();
    auto& runs = of_loop->runs;
    if (runs.full())
        of_loop->forget(runs[0].end.value_or(runs[0].start));
    auto& run = runs.add();
    run = {.start = e.when, .restarted = e.restarted, .end = {}, .error = detail::emptied(run.error)};
}

TASKS_DECL void history::on_slot(slot_decided const& e)
{
    if (e.what != decision::missed && e.what != decision::coalesced)
        return; // the attempt that follows says more
    std::scoped_lock const lock{mutex_};
    auto* const of_loop = find(e.loop);
    if (!of_loop)
        return;
    auto& slots = of_loop->slots;
    if (slots.full())
        of_loop->forget(slots[0].last);
    slots.add() = {.what = e.what,
                   .cause = e.cause,
                   .first = e.first,
                   .last = e.last,
                   .count = e.count,
                   .at_least = e.at_least,
                   .number = e.number,
                   .decided = e.last + e.lateness};
}

TASKS_DECL void history::on_attempt_begun(attempt_begun const& e)
{
    std::scoped_lock const lock{mutex_};
    auto* const of_loop = find(e.loop);
    if (!of_loop)
        return;
    if (e.it.attempt != 0) {
        if (auto* const known = of_loop->find(e.it)) {
            known->attempts = e.it.attempt + 1;
            known->retry.reset();
        }
        return;
    }
    auto& iterations = of_loop->iterations;
    if (iterations.full())
        of_loop->forget(iterations[0].slot);
    auto& added = iterations.add();
    added = {.number = e.it.number,
             .cause = e.it.cause,
             .slot = e.it.slot,
             .start = e.it.start,
             .lateness = e.it.lateness,
             .coalesced = e.it.coalesced,
             .what = {},
             .end = {},
             .retry = {},
             .error = detail::emptied(added.error)};
}

TASKS_DECL void history::on_attempt_ended(attempt_ended const& e)
{
    bool const has_text = e.exception && e.what != outcome::cancelled;
    auto const text = has_text ? detail::bounded_text(e.exception) : std::string{}; // before the lock
    std::scoped_lock const lock{mutex_};
    auto* const of_loop = find(e.loop);
    auto* const known = of_loop ? of_loop->find(e.it) : nullptr;
    if (!known)
        return;
    if (has_text)
        known->error = text;
    known->what = e.what;
    known->end = e.when;
    known->duration += e.duration;
}

TASKS_DECL void history::on_retry(retry_scheduled const& e)
{
    std::scoped_lock const lock{mutex_};
    auto* const of_loop = find(e.loop);
    auto* const known = of_loop ? of_loop->find(e.it) : nullptr;
    if (!known || !known->end)
        return;
    known->retry = time_point{detail::saturating_add(known->end->time_since_epoch(), e.delay)};
    known->end.reset();
}

TASKS_DECL void history::on_run_ended(run_ended const& e)
{
    auto const text = e.exception ? detail::bounded_text(e.exception) : std::string{};
    std::scoped_lock const lock{mutex_};
    auto* const of_loop = find(e.loop);
    if (!of_loop)
        return;
    for (std::size_t i = 0; i != of_loop->iterations.size(); ++i)
        if (auto& r = of_loop->iterations[i]; r.in_flight() && r.retry)
            r.end = e.when;
    if (auto* const run = of_loop->runs.find_newest([](run_record const& r) { return r.in_progress(); })) {
        run->error = text;
        run->end = e.when;
        run->reason = e.reason;
    }
    of_loop->abandon(); // an iteration whose coroutine was destroyed
}

TASKS_DECL std::vector<std::string> history::names() const
{
    std::scoped_lock const lock{mutex_};
    std::vector<std::string> all;
    all.reserve(loops_.size());
    for (auto const& loop : loops_)
        all.push_back(loop.first);
    return all;
}

TASKS_DECL loop_history history::of(std::string_view name) const
{
    std::scoped_lock const lock{mutex_};
    auto const found = loops_.find(name);
    if (found == loops_.end())
        return {};
    auto const& r = found->second;
    return {.iterations = r.iterations.copy(),
            .slots = r.slots.copy(),
            .runs = r.runs.copy(),
            .forgotten = r.forgotten};
}

TASKS_DECL std::optional<iteration_record> history::last(std::string_view name) const
{
    std::scoped_lock const lock{mutex_};
    auto const found = loops_.find(name);
    if (found == loops_.end() || found->second.iterations.size() == 0)
        return std::nullopt;
    auto const& all = found->second.iterations;
    return all[all.size() - 1];
}

TASKS_DECL std::string history::explain(std::string_view name, time_point t) const
{
    return explain(name, t, zone_);
}

TASKS_DECL std::string history::explain(std::string_view name, time_point t, time_zone const& zone) const
{
    auto const known = of(name);
    if (known.runs.empty())
        return detail::unknown_loop(name, names());
    return detail::explain_slot(known, t, zone); // without the lock, because the zone may read files
}

TASKS_END_NAMESPACE
