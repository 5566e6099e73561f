// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/run/detail/timeline.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL void timeline::reset() noexcept
{
    begun_ = false;
    next_.reset();
    served_ = {};
    known_ = {};
    start_ = nanoseconds::zero();
    last_end_ = jittered_slot_ = busy_until_ = in_pause_until_ = none;
    pause_is_over_ = false;
    last_reading_ = {};
}

TASKS_DECL timeline::kind timeline::kind_of(schedule const& when) noexcept
{
    if (when.is_on_trigger())
        return kind::empty;
    if (when.is_fixed_delay() || (when.is_interval() && when.interval() == nanoseconds::zero()))
        return kind::after_end;
    return when.is_interval() ? kind::grid : kind::instants;
}

TASKS_DECL void timeline::set(schedule when) noexcept
{
    when_ = std::move(when);
    kind_ = kind_of(when_);
    clock_ = has_instants() ? clock_kind::wall : clock_kind::steady;
    times_of_day_ = when_.has_times_of_day();
    counts_from_ends_ = back_to_back() || rules().missed.kind() == missed::policy::forbid;
    is_plain_grid_ = has_grid() && !rules().jittered && rules().grace == never &&
                     rules().missed.kind() != missed::policy::forbid;
    serves_all_ = is_plain_grid_ && rules().missed.never_drops();
}

TASKS_DECL void timeline::begin(clock_reading now)
{
    auto const start = saturating_add(now.steady, rules().initial_delay);
    if (has_instants())
        next_ = instant_after(when_, saturating_add(now.wall, rules().initial_delay));
    else if (!is_empty())
        next_ = start;
    start_ = start;
    last_reading_ = now;
    begun_ = true;
}

TASKS_DECL nanoseconds timeline::update(clock_reading now)
{
    using namespace std::chrono_literals;
    if (!has_instants()) {
        last_reading_ = now;
        return 0ns;
    }
    auto const step = step_between(last_reading_, now);
    auto const allowed = (std::min<nanoseconds>)(3h, served_ ? served_.recurs_after : never);
    bool const was_set = is_step(step);
    if (was_set && step <= -allowed) {
        auto const from = served_ ? now.steady : first_moment(now);
        next_ = instant_after(when_, saturating_add(now.wall, from - now.steady));
        known_ = {};
        busy_until_ = in_pause_until_ = none;
        if (served_)
            served_.on_schedule = none; // slots may go back; intervals still count from here
    }
    last_reading_ = now;
    return was_set ? step : 0ns;
}

TASKS_DECL verdict timeline::decide(clock_reading now, inquiry const& ask)
{
    if (is_plain_grid_ && !ask.paused) { // nearly all loops
        if (now.steady < *next_)
            return {.what = verdict::action::wait, .slot = *next_, .until = *next_, .passed = {}};
        auto const following = saturating_add(*next_, period());
        return following > now.steady ? serve(now, *next_, following, cause::scheduled)
                                      : decide_overdue(now, *next_, following);
    }
    if (ask.paused || is_empty())
        return {.what = verdict::action::wait, .slot = never, .passed = {}};
    if (!next_)
        return {};
    auto const slot = next_slot();
    auto const t = now.on(clock_);
    if (t < slot && rules().jittered && !ask.requested && slot != jittered_slot_) {
        auto const room = room_for_jitter(slot);
        jittered_slot_ = slot;
        jitter_ = nanoseconds::zero();
        return {.what = verdict::action::draw, .slot = slot, .until = room, .passed = {}};
    }
    auto const begin = ask.requested ? slot : saturating_add(slot, jitter_of(slot));
    if (t < begin)
        return {.what = verdict::action::wait, .slot = slot, .until = begin, .passed = {}};
    return decide_due(now);
}

/// Decides about a slot that is due.
TASKS_DECL verdict timeline::decide_due(clock_reading now)
{
    auto const first = next_slot();
    auto const t = now.on(clock_);
    if (follows_end()) {
        start_ = now.steady;
        return serve(now, first, now.steady, cause::scheduled);
    }
    if (first < busy_until_)
        return pass(busy_until_ - nanoseconds{1}, miss_cause::busy);
    auto const second = after(first);
    if (second && *second <= t)
        return decide_overdue(now, first, *second);
    if (is_too_late(first, t))
        return pass(first, miss_cause::late);
    return serve(now, first, second, cause::scheduled); // alone it is merely late
}

/// Nine tenths of the distance to the following slot.
TASKS_DECL nanoseconds timeline::room_for_jitter(nanoseconds slot) const
{
    if (follows_end())
        return never;
    auto const following = after(slot);
    if (!following)
        return never;
    auto const all = distance(slot, *following);
    return all - all / 10 - nanoseconds{all.count() % 10 != 0};
}

TASKS_DECL verdict timeline::pass(nanoseconds until, miss_cause cause)
{
    auto const slots = slots_until(until, cause);
    return pass(slots, after(slots.last));
}

TASKS_DECL verdict timeline::pass(passed_slots slots, std::optional<nanoseconds> following) noexcept
{
    next_ = following;
    known_ = {};
    return {.what = verdict::action::pass, .passed = slots};
}

TASKS_DECL passed_slots timeline::settle_pause()
{
    auto const until = in_pause_until_;
    passed_slots passed;
    if (next_ && next_slot() <= until) {
        if (follows_end()) {
            next_ = until;
            jittered_slot_ = none;
        } else {
            passed = slots_until(until, miss_cause::paused);
            next_ = after(passed.last);
            known_ = {};
        }
    }
    in_pause_until_ = none;
    pause_is_over_ = false;
    return passed;
}

TASKS_DECL verdict timeline::serve(clock_reading now, nanoseconds slot, std::optional<nanoseconds> following,
                                   tasks::cause cause)
{
    served_ = served_slot{.steady = slot};
    if (has_instants()) {
        served_.steady = saturating_add(now.steady, distance(now.wall, slot));
        served_.on_schedule = slot;
        served_.recurs_after = recurs_after(slot, following);
    }
    next_ = following;
    known_ = {};
    jittered_slot_ = none; // without a grid, the following slot may be the same instant
    return {.what = verdict::action::run, .cause = cause, .slot = slot, .passed = {}};
}

TASKS_DECL nanoseconds timeline::recurs_after(nanoseconds slot,
                                              std::optional<nanoseconds> following) const noexcept
{
    using namespace std::chrono_literals;
    if (times_of_day_ || !following)
        return never;
    auto const by = distance(slot, *following);
    return by < 1h ? by : never;
}

/// Decides about all overdue slots by the policy (rule 12). Requires at least two.
TASKS_DECL verdict timeline::decide_overdue(clock_reading now, nanoseconds first, nanoseconds second)
{
    auto const t = now.on(clock_);
    if (rules().missed.kind() == missed::policy::catch_up) {
        if (is_too_late(first, t))
            return pass(t - rules().grace - nanoseconds{1}, miss_cause::late);
        return rules().missed.never_drops() ? serve(now, first, second, cause::catch_up)
                                            : catch_up(now, first, second);
    }

    auto all = slots_until(t, miss_cause::none);
    if (rules().missed.kind() == missed::policy::delay && has_grid()) {
        auto v = serve(now, t, saturating_add(t, period()), cause::delayed);
        v.passed = all;
        v.passed.what = decision::coalesced;
        if (all.last == t) {
            v.passed.last = all.last_but_one; // due exactly now: this is the iteration's own slot
            --v.passed.count;
        }
        v.coalesced = v.passed.count;
        return v;
    }

    auto const following = after(all.last);
    bool const skipped = rules().missed.kind() == missed::policy::skip;
    if (skipped || is_too_late(all.last, t)) {
        all.cause = skipped ? miss_cause::skipped : miss_cause::late;
        return pass(all, following);
    }
    auto v = serve(now, all.last, following, cause::coalesced);
    v.coalesced = all.count - 1;
    v.passed = all;
    v.passed.what = decision::coalesced;
    v.passed.count = all.count - 1;
    v.passed.last = all.last_but_one;
    return v;
}

/// Requires at least two due slots.
TASKS_DECL verdict timeline::catch_up(clock_reading now, nanoseconds first, nanoseconds second)
{
    auto const due = now.on(clock());
    auto const next = has_grid() ? catch_up_on_grid(due, first) : catch_up_with_instants(due, first);
    auto v = serve(now, next.slot, next.slot == first ? second : after(next.slot), cause::catch_up);
    v.passed = next.dropped;
    known_ = next.known;
    if (known_.count != 0)
        --known_.count; // that was the slot just served
    return v;
}

TASKS_DECL timeline::catching_up timeline::catch_up_on_grid(nanoseconds due, nanoseconds first) const noexcept
{
    auto const further = static_cast<std::uint64_t>((due - first) / period());
    auto const most = static_cast<std::uint64_t>((rules().missed.max)());
    if (further < most)
        return {.slot = first, .known = {}, .dropped = {}};
    passed_slots dropped{.first = first, .count = further + 1 - most, .cause = miss_cause::dropped};
    dropped.last = first + times(period(), dropped.count - 1);
    return {.slot = dropped.last + period(), .known = {}, .dropped = dropped};
}

TASKS_DECL timeline::catching_up timeline::catch_up_with_instants(nanoseconds due, nanoseconds first) const
{
    auto known = known_;
    bool const anew = known.count == 0;
    if (anew)
        known = {.count = 1, .last = first};
    bool more = false;
    for (std::uint64_t counted = anew ? 1 : 0;; ++counted) {
        auto const t = after(known.last);
        more = t && *t <= due;
        if (!more || counted == most_counted)
            break;
        known = {.count = known.count + 1, .last = *t};
    }
    auto const most = static_cast<std::uint64_t>((rules().missed.max)());
    if (known.count < most || (known.count == most && !more))
        return {.slot = first, .known = known, .dropped = {}};
    if (more)
        return drop_uncounted(due, first, known);
    return drop(first, known.count - most, known);
}

/// Drops the first `count` of the known slots.
TASKS_DECL timeline::catching_up timeline::drop(nanoseconds first, std::uint64_t count,
                                                counted_slots known) const
{
    passed_slots dropped{.first = first, .last = first, .count = 1, .cause = miss_cause::dropped};
    auto slot = after(first);
    for (; slot && *slot < known.last && dropped.count < count; slot = after(*slot)) {
        dropped.last = *slot;
        ++dropped.count;
    }
    // A schedule that has lost slots since they were counted did have `known.last`.
    return {.slot = slot && *slot < known.last ? *slot : known.last,
            .known = {.count = known.count - dropped.count, .last = known.last},
            .dropped = dropped};
}

/// Requires that at least as many slots are known as the policy's maximum, and that more are due.
TASKS_DECL timeline::catching_up timeline::drop_uncounted(nanoseconds due, nanoseconds first,
                                                          counted_slots known) const
{
    auto const most = static_cast<std::uint64_t>((rules().missed.max)());
    auto const last = latest_instant(when_, known.last, due);
    auto const spacing = (std::max)(nanoseconds{1}, distance(first, known.last) /
                                                        static_cast<nanoseconds::rep>(known.count - 1));
    last_instants kept{.first = last, .count = 0};
    if (most <= most_counted) {
        kept = find_last(when_, first, last, most, spacing);
    } else {
        // Too many to count. Estimate where they begin, by the spacing of the known slots.
        auto const from = saturating_add(last, -times(spacing, most - 1));
        if (from <= known.last)
            return drop(first, known.count + 1 - most, known);
        kept.first = after(from - nanoseconds{1}).value_or(last);
    }
    passed_slots dropped{.first = first, .at_least = true, .cause = miss_cause::dropped};
    dropped.last = latest_instant(when_, first, kept.first - nanoseconds{1});
    // At least one slot follows the known ones.
    dropped.count = kept.first > known.last ? known.count : known.count + 1 - kept.count;
    return {.slot = kept.first,
            .known = kept.count == 0 ? counted_slots{.count = 1, .last = kept.first}
                                     : counted_slots{.count = kept.count, .last = last},
            .dropped = dropped};
}

TASKS_DECL passed_slots timeline::left_over(clock_reading now, miss_cause cause) const noexcept
{
    passed_slots all;
    try {
        find_slots(all, due_until(now), cause);
    } catch (...) {
        // The run is over, whatever the schedule throws.
    }
    return all;
}

TASKS_DECL passed_slots timeline::left_over_of_pause() noexcept
{
    auto const until = std::exchange(in_pause_until_, none);
    pause_is_over_ = false;
    passed_slots all;
    try {
        find_slots(all, until, miss_cause::paused);
        if (all.count != 0)
            next_ = after(all.last);
    } catch (...) {
        next_.reset();
    }
    return all;
}

TASKS_DECL passed_slots timeline::slots_until(nanoseconds until, miss_cause cause) const
{
    passed_slots all;
    find_slots(all, until, cause);
    return all;
}

TASKS_DECL void timeline::find_slots(passed_slots& all, nanoseconds until, miss_cause cause) const
{
    if (!next_ || *next_ > until || follows_end())
        return;
    all = {.first = *next_, .last = *next_, .count = 1, .cause = cause};
    if (!has_grid()) {
        add_instants(all, when_, until);
        return;
    }
    auto const further = (until - *next_) / period();
    all.count += static_cast<std::uint64_t>(further);
    all.last += further * period();
    all.last_but_one = all.last - period();
}

TASKS_DECL passed_slots timeline::change(schedule when, clock_reading now, bool paused)
{
    if (!begun_) {
        set(std::move(when));
        return {};
    }
    auto const new_kind = kind_of(when);
    auto const from = served_ ? now.steady : first_moment(now);
    std::optional<nanoseconds> next;
    auto until = due_until(now);
    if (new_kind == kind::instants) {
        if (has_instants() && !paused && next_ && *next_ <= now.wall)
            next = first_in_both(when_, when, *next_, now.wall);
        if (next) {
            until = *next - nanoseconds{1};
        } else {
            // after the last slot served, even if the wall clock was set back a little (rule 10)
            auto const ahead = saturating_add(now.wall, from - now.steady);
            next = instant_after(when, served_ ? (std::max)(ahead, served_.on_schedule) : ahead);
        }
    } else if (new_kind != kind::empty) {
        next = from;
        if (new_kind == kind::grid && served_)
            next = (std::max)(saturating_add(served_.steady, when.interval()), from);
        if (next == now.steady && !when.is_fixed_delay()) // the new schedule decides about this instant
            until -= nanoseconds{1};
    }
    auto passed = slots_until(until, paused ? miss_cause::paused : miss_cause::rescheduled);
    std::optional<nanoseconds> behind_served;
    if (new_kind == kind::instants && served_ && served_.on_schedule != none)
        behind_served = instant_after(when, served_.on_schedule);
    set(std::move(when));
    if (follows_end())
        start_ = from;
    if (served_)
        served_.recurs_after = recurs_after(served_.on_schedule, behind_served);
    next_ = next;
    known_ = {};
    jittered_slot_ = busy_until_ = in_pause_until_ = none;
    return passed;
}

} // namespace detail
TASKS_END_NAMESPACE
