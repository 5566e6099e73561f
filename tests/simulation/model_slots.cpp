// SPDX-License-Identifier: MIT
// Slots (rules 7 to 14, 27, 30 to 34, 39).
#include "model.hpp"

#include "timetable.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

using namespace std::chrono_literals;

namespace {

/// The number of instants counted one by one (rule 12).
constexpr std::size_t most_counted = 10'000;

} // namespace

std::optional<milliseconds> model::after(timetable const& every, milliseconds slot) const
{
    return every.what == timetable::kind::interval ? slot + every.period : next_instant(every, slot);
}

std::vector<milliseconds> model::overdue(loop const& l) const
{
    return until(l, on_its_clock(l));
}

std::vector<milliseconds> model::until(loop const& l, milliseconds last) const
{
    std::vector<milliseconds> all;
    if (gridless(l))
        return all;
    for (auto t = l.current->next; t && *t <= last; t = after(l.every, *t))
        all.push_back(*t);
    return all;
}

/// What a pause drops, if it ends now: also what was overdue when it began, by the clock then.
std::vector<milliseconds> model::dropped_by_pause(loop const& l) const
{
    auto last = on_its_clock(l);
    if (auto const& from = l.current->paused_at)
        last = std::max(last, on_steady(l) ? from->steady : from->wall);
    return until(l, last);
}

/// The slots have been decided about.
void model::pass(loop& l, std::vector<milliseconds> const& slots)
{
    if (slots.empty())
        return;
    l.current->next = after(l.every, slots.back());
    l.current->waits = false;
}

void model::begin_slots(loop& l)
{
    if (no_more_iterations(l))
        return;
    auto& r = *l.current;
    r.begun = true;
    r.offset_seen = offset_;
    r.asks_from = steady_ + l.definition->initial_delay;
    r.next = first_of(l, l.every);
}

/// Whether the schedule repeats within an hour: not for times of day.
std::optional<milliseconds> model::distance_behind(timetable const& every, milliseconds slot) const
{
    if (every.what != timetable::kind::aligned && every.what != timetable::kind::listed)
        return std::nullopt;
    auto const next = next_instant(every, slot);
    return next && *next - slot < 1h ? std::optional{*next - slot} : std::nullopt;
}

/// The exception of rule 10.
milliseconds model::notice_step(loop& l)
{
    auto& r = *l.current;
    auto const step = offset_ - std::exchange(r.offset_seen, offset_);
    if (step <= -3h || (r.served && r.served->distance && step <= -*r.served->distance)) {
        r.next = next_instant(l.every, r.served ? wall() : std::max(r.asks_from, steady_) + offset_);
        r.paused_at.reset();
        r.freed.reset();
        if (r.served)
            r.served->on_the_wall.reset();
    }
    return step;
}

void model::look(loop& l)
{
    l.expected.push_back(clock_stepped_text(notice_step(l)));
}

// Jitter and grace (rules 32 and 33).

/// If the loop is ready and its next slot lies ahead, it waits for that from now on.
void model::begin_waiting(loop& l)
{
    if (!looks_for_work(l) || l.paused) {
        if (l.current)
            l.current->waits = false;
        return;
    }
    auto& r = *l.current;
    if (may_look(l) || request_is_due(r) || !r.next)
        return;
    r.waits = r.waits || *r.next > on_its_clock(l);
    auto const& policy = l.definition->jitter;
    if (policy.all.empty() || !r.waits || (r.jitter && r.jitter->slot == *r.next))
        return;
    auto const drawn = answer(policy, on_the_wall(l, *r.next), l.jitters);
    if (!drawn)
        return; // `jitter_throws`
    ++l.jitters;
    auto j = std::max(*drawn, 0ms);
    if (auto const following = gridless(l) ? std::nullopt : after(l.every, *r.next))
        j = std::min(j, (*following - *r.next) * 9 / 10);
    r.jitter = drawn_jitter{.slot = *r.next, .length = j};
}

bool model::jitter_throws(loop const& l) const
{
    if (!looks_for_work(l) || l.paused)
        return false;
    auto const& r = *l.current;
    auto const& policy = l.definition->jitter;
    return !policy.all.empty() && r.waits && r.next && !may_look(l) && !request_is_due(r) &&
           !(r.jitter && r.jitter->slot == *r.next) && !answer(policy, on_the_wall(l, *r.next), l.jitters);
}

milliseconds model::jitter_of(loop const& l, milliseconds slot) const
{
    auto const& j = l.current->jitter;
    return j && j->slot == slot ? j->length : 0ms;
}

bool model::too_late(loop const& l, milliseconds slot) const
{
    auto const grace = l.definition->grace;
    auto const j = l.current->waits ? jitter_of(l, slot) : 0ms;
    return grace && on_its_clock(l) - slot - j > *grace;
}

// Decisions.

void model::decide(loop& l)
{
    auto& r = *l.current;
    if (slot_may_start(l)) {
        if (gridless(l)) {
            auto const slot = *r.next;
            auto const earliest = std::max(r.last_end.value_or(slot), r.resumed_at);
            run_slot(l, fixed_delay(l) ? slot : std::max(slot, earliest), "scheduled", 0);
            return;
        }
        if (decide_overdue(l))
            return;
    }
    if (request_is_due(r))
        run_request(l);
}

/// Rules 12, 33, 34.
bool model::decide_overdue(loop& l)
{
    auto& r = *l.current;
    auto due = overdue(l);
    auto all = due.size();
    if (l.definition->missed == missed_policy::forbid && r.freed) {
        auto const freed = on_steady(l) ? r.freed->steady : r.freed->wall;
        auto const rest =
            std::find_if(due.begin(), due.end(), [&](milliseconds slot) { return slot >= freed; });
        if (rest != due.begin()) {
            miss(l, "busy", {due.begin(), rest}, all);
            due.erase(due.begin(), rest);
            all = due.size();
        }
        if (due.empty())
            return false;
    }
    if (due.size() == 1) {
        if (too_late(l, due.front())) {
            miss(l, "late", due, all);
            return false;
        }
        run_slot(l, due.front(), "scheduled", 0);
        return true;
    }
    switch (l.definition->missed) {
    case missed_policy::skip: miss(l, "skipped", due, all); return false;
    case missed_policy::catch_up: {
        auto const in_time =
            std::find_if(due.begin(), due.end(), [&](milliseconds slot) { return !too_late(l, slot); });
        if (in_time != due.begin()) {
            miss(l, "late", {due.begin(), in_time}, all);
            due.erase(due.begin(), in_time);
            all = due.size();
        }
        if (due.empty())
            return false;
        bool const alone = due.size() == 1;
        auto const most = static_cast<std::size_t>(l.definition->catch_up_max);
        if (due.size() > most) {
            auto const kept = due.end() - static_cast<std::ptrdiff_t>(most);
            miss(l, "dropped", {due.begin(), kept}, all);
            due.erase(due.begin(), kept);
        }
        run_slot(l, due.front(), alone ? "scheduled" : "catch up", 0);
        return true;
    }
    case missed_policy::delay:
        if (on_steady(l)) {
            if (due.back() == steady_)
                due.pop_back(); // this is the slot of the iteration
            miss(l, "coalesced", due, all);
            run_slot(l, steady_, "delayed", due.size());
            return true;
        }
        break;
    case missed_policy::forbid:
    case missed_policy::coalesce: break;
    }
    return decide_coalescing(l, std::move(due), all);
}

bool model::decide_coalescing(loop& l, std::vector<milliseconds> due, std::size_t all)
{
    auto const latest = due.back();
    if (too_late(l, latest)) {
        miss(l, "late", due, all);
        return false;
    }
    due.pop_back();
    miss(l, "coalesced", due, all);
    run_slot(l, latest, "coalesced", on_steady(l) ? due.size() : std::min(due.size(), most_counted));
    return true;
}

void model::miss(loop& l, char const* cause, std::vector<milliseconds> const& slots, std::size_t looked_at)
{
    l.expected.push_back(passed_text(l, cause, slots, looked_at));
    pass(l, slots);
}

void model::run_slot(loop& l, milliseconds slot, char const* cause, std::uint64_t coalesced)
{
    auto& r = *l.current;
    auto const lateness = on_its_clock(l) - slot;
    r.waits = false;
    if (fixed_delay(l))
        r.next.reset(); // until it has ended
    else
        r.next = gridless(l) ? steady_ : after(l.every, slot); // rule 7: the last start is shown
    r.served = served_slot{.steady = steady_ - lateness,
                           .on_the_wall = on_steady(l) ? std::nullopt : std::optional{slot},
                           .distance = distance_behind(l.every, slot)};
    start_iteration(
        l, "ran",
        {.slot = on_the_wall(l, slot), .lateness = lateness, .coalesced = coalesced, .cause = cause});
}

void model::run_request(loop& l)
{
    auto& r = *l.current;
    catch_alarm(r);
    auto const slot = std::min(on_the_wall(*r.earliest), wall());
    if (fixed_delay(l))
        r.next.reset();
    start_iteration(l, "requested", {.slot = slot, .lateness = wall() - slot, .cause = "requested"});
}

void model::start_iteration(loop& l, char const* decision, iteration_facts it)
{
    auto& r = *l.current;
    it.number = r.started++;
    it.start = wall();
    catch_alarm(r);
    auto& f = call(l, {actor::kind::body, it.number}, l.definition->body, l.body_calls);
    f.it = it;
    r.earliest.reset();
    for (auto const& served : std::exchange(r.requests, {})) {
        if (served.told)
            f.told.push_back(*served.told);
    }
    l.expected.push_back(slot_text({.what = decision,
                                    .first = it.slot,
                                    .last = it.slot,
                                    .count = 1,
                                    .number = it.number,
                                    .lateness = it.lateness}));
    begin_attempt(l, f);
}

std::string model::passed_text(loop const& l, char const* what, std::vector<milliseconds> const& slots,
                               std::size_t looked_at) const
{
    return slot_text({.what = what,
                      .first = on_the_wall(l, slots.front()),
                      .last = on_the_wall(l, slots.back()),
                      .count = slots.size(),
                      .number = l.current->started,
                      .lateness = std::max(on_its_clock(l) - slots.back(), 0ms),
                      .at_least = !on_steady(l) && looked_at > most_counted});
}

} // namespace simulation
