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
    last_end_ = nanoseconds::zero();
    last_reading_ = {};
}

TASKS_DECL void timeline::set(schedule when) noexcept
{
    when_ = std::move(when);
    clock_ = when_.is_interval() ? clock_kind::steady : clock_kind::wall;
    interval_ = on_grid() ? when_.interval() : nanoseconds::zero();
    times_of_day_ = when_.has_times_of_day();
}

TASKS_DECL void timeline::begin(clock_reading now)
{
    next_ = on_grid() ? std::optional{now.steady} : after(now.wall);
    last_end_ = now.steady;
    last_reading_ = now;
    begun_ = true;
}

TASKS_DECL nanoseconds timeline::update(clock_reading now)
{
    using namespace std::chrono_literals;
    if (on_grid()) {
        last_reading_ = now;
        return 0ns;
    }
    auto const step = step_between(last_reading_, now);
    auto const allowed = (std::min<nanoseconds>)(3h, served_ ? served_.recurs_after : never);
    bool const was_set = is_step(step);
    if (was_set && step <= -allowed) {
        next_ = after(now.wall);
        known_ = {};
        if (served_)
            served_.on_schedule = (nanoseconds::min)(); // slots may go back; intervals still count from here
    }
    last_reading_ = now;
    return was_set ? step : 0ns;
}

TASKS_DECL verdict timeline::decide(clock_reading now)
{
    if (!next_)
        return {};
    if (back_to_back())
        return serve(now, (std::max)(*next_, last_end_), now.steady, cause::scheduled);
    if (auto const t = now.on(clock()); t < *next_)
        return {.what = verdict::action::wait, .slot = *next_, .passed = {}};
    if (has_backlog()) {
        auto const following = saturating_add(*next_, interval_);
        return serve(now, *next_, following, following > now.steady ? cause::scheduled : cause::catch_up);
    }
    auto const first = *next_;
    auto const second = after(first);
    if (!second || *second > now.on(clock()))
        return serve(now, first, second, cause::scheduled); // alone it is merely late
    return decide_overdue(now, first, *second);
}

TASKS_DECL verdict timeline::serve(clock_reading now, nanoseconds slot, std::optional<nanoseconds> following,
                                   tasks::cause cause)
{
    served_ = served_slot{.steady = slot};
    if (!on_grid()) {
        served_.steady = saturating_add(now.steady, distance(now.wall, slot));
        served_.on_schedule = slot;
        served_.recurs_after = recurs_after(slot, following);
    }
    next_ = following;
    known_ = {};
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
    if (policy_.never_drops())
        return serve(now, first, second, cause::catch_up);
    if (policy_.kind() == missed::policy::catch_up)
        return catch_up(now, first, second);

    auto const all = overdue(now, miss_cause::none);
    auto const following = after(all.last);
    switch (policy_.kind()) {
    case missed::policy::skip: {
        next_ = following;
        auto passed = all;
        passed.cause = miss_cause::skipped;
        if (!next_)
            return {.what = verdict::action::exhausted, .passed = passed};
        return {.what = verdict::action::wait, .slot = *next_, .passed = passed};
    }
    case missed::policy::delay:
        if (on_grid()) {
            auto v = serve(now, now.steady, saturating_add(now.steady, interval_), cause::delayed);
            v.passed = all;
            v.passed.what = decision::coalesced;
            if (all.last == now.steady) {
                v.passed.last = all.last_but_one; // due exactly now: this is the iteration's own slot
                --v.passed.count;
            }
            v.coalesced = v.passed.count;
            return v;
        }
        [[fallthrough]];
    case missed::policy::catch_up:
    case missed::policy::coalesce: break;
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
    auto const next = on_grid() ? catch_up_on_grid(due, first) : catch_up_with_instants(due, first);
    auto v = serve(now, next.slot, next.slot == first ? second : after(next.slot), cause::catch_up);
    v.passed = next.dropped;
    known_ = next.known;
    if (known_.count != 0)
        --known_.count; // that was the slot just served
    return v;
}

TASKS_DECL timeline::catching_up timeline::catch_up_on_grid(nanoseconds due, nanoseconds first) const noexcept
{
    auto const further = static_cast<std::uint64_t>((due - first) / interval_);
    auto const most = static_cast<std::uint64_t>((policy_.max)());
    if (further < most)
        return {.slot = first, .known = {}, .dropped = {}};
    passed_slots dropped{.first = first, .count = further + 1 - most, .cause = miss_cause::dropped};
    dropped.last = first + times(interval_, dropped.count - 1);
    return {.slot = dropped.last + interval_, .known = {}, .dropped = dropped};
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
    auto const most = static_cast<std::uint64_t>((policy_.max)());
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
    auto const most = static_cast<std::uint64_t>((policy_.max)());
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

TASKS_DECL passed_slots timeline::overdue(clock_reading now, miss_cause cause) const
{
    return slots_until(now.on(clock()), cause);
}

TASKS_DECL passed_slots timeline::slots_until(nanoseconds until, miss_cause cause) const
{
    if (!next_ || *next_ > until || back_to_back())
        return {};
    passed_slots all{.first = *next_, .last = *next_, .count = 1, .cause = cause};
    if (on_grid()) {
        auto const further = (until - *next_) / interval_;
        all.count += static_cast<std::uint64_t>(further);
        all.last += further * interval_;
        all.last_but_one = all.last - interval_;
        return all;
    }
    try {
        add_instants(all, when_, until);
    } catch (...) {
        if (cause != miss_cause::ended)
            throw;
        // The run is over. Keep the slots found before the exception.
    }
    return all;
}

TASKS_DECL passed_slots timeline::change(schedule when, clock_reading now)
{
    if (!begun_) {
        set(std::move(when));
        return {};
    }
    std::optional<nanoseconds> next;
    auto until = now.on(clock());
    if (when.is_interval()) {
        next = served_ ? (std::max)(saturating_add(served_.steady, when.interval()), now.steady) : now.steady;
        // If this instant is a slot of the new grid, the new schedule decides about it.
        if (next == now.steady)
            until -= nanoseconds{1};
    } else {
        if (!on_grid() && next_ && *next_ <= now.wall)
            next = first_in_both(when_, when, *next_, now.wall);
        if (next)
            until = *next - nanoseconds{1};
        else // after the last slot served, even if the wall clock was set back a little (rule 10)
            next = instant_after(when, served_ ? (std::max)(now.wall, served_.on_schedule) : now.wall);
    }
    auto passed = slots_until(until, miss_cause::rescheduled);
    std::optional<nanoseconds> behind_served;
    if (!when.is_interval() && served_ && served_.on_schedule != (nanoseconds::min)())
        behind_served = instant_after(when, served_.on_schedule);
    set(std::move(when));
    if (served_)
        served_.recurs_after = recurs_after(served_.on_schedule, behind_served);
    next_ = next;
    known_ = {};
    return passed;
}

} // namespace detail
TASKS_END_NAMESPACE
