// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/duration_text.hpp>
#include <tasks/detail/timeline.hpp>
#include <tasks/errors.hpp>

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
    served_.reset();
    last_end_ = nanoseconds::zero();
    last_look_.reset();
}

TASKS_DECL void timeline::set(schedule when) noexcept
{
    when_ = std::move(when);
    clock_ = when_.is_interval() ? clock_kind::steady : clock_kind::wall;
    interval_ = on_grid() ? when_.interval() : nanoseconds::zero();
}

TASKS_DECL std::optional<nanoseconds> timeline::instant_after(schedule const& when, nanoseconds t)
{
    auto const next = when.next(time_point{t});
    return next ? std::optional{next->time_since_epoch()} : std::nullopt;
}

TASKS_DECL void timeline::begin(moment now)
{
    next_ = on_grid() ? std::optional{now.steady} : after(now.wall);
    last_end_ = now.steady;
    last_look_ = now;
    begun_ = true;
}

TASKS_DECL nanoseconds timeline::look(moment now)
{
    using namespace std::chrono_literals;
    auto const before = std::exchange(last_look_, now);
    if (!before || on_grid())
        return 0ns;
    auto const step = (now.wall - before->wall) - (now.steady - before->steady);
    if (step <= -3h) {
        try {
            next_ = after(now.wall);
        } catch (...) {
            last_look_ = before;
            throw;
        }
        if (served_)
            served_->on_schedule = (nanoseconds::min)(); // slots may go back; intervals still count from here
    }
    return step;
}

TASKS_DECL verdict timeline::decide(moment now)
{
    if (!next_)
        return {};
    if (back_to_back())
        return serve(now, (std::max)(*next_, last_end_), now.steady, cause::scheduled);
    if (auto const t = now.on(clock()); t < *next_)
        return {.what = verdict::action::wait, .slot = *next_, .passed = {}};
    if (has_backlog()) {
        auto const following = later(*next_, interval_);
        return serve(now, *next_, following, following > now.steady ? cause::scheduled : cause::catch_up);
    }
    return decide_overdue(now, *next_);
}

TASKS_DECL verdict timeline::serve(moment now, nanoseconds slot, std::optional<nanoseconds> following,
                                   tasks::cause cause)
{
    served_ = served_slot{.steady = now.steady - (now.on(clock()) - slot),
                          .on_schedule = on_grid() ? (nanoseconds::min)() : slot};
    next_ = following;
    return {.what = verdict::action::run, .cause = cause, .slot = slot, .passed = {}};
}

/// `first` is due. Rule 12: alone it is merely late; from two on the policy decides about all of them.
TASKS_DECL verdict timeline::decide_overdue(moment now, nanoseconds first)
{
    auto const second = after(first);
    auto const due = now.on(clock());
    if (!second || *second > due)
        return serve(now, first, second, cause::scheduled);
    if (policy_.never_drops())
        return serve(now, first, second, cause::catch_up);

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
    case missed::policy::catch_up: {
        auto const most = static_cast<std::uint64_t>((policy_.max)());
        auto slot = first;
        passed_slots dropped;
        if (all.count > most) {
            dropped = {
                .first = first, .last = first, .count = all.count - most, .cause = miss_cause::dropped};
            if (on_grid()) {
                dropped.last = first + static_cast<nanoseconds::rep>(dropped.count - 1) * interval_;
            } else {
                for (std::uint64_t i = 1; i < dropped.count; ++i)
                    dropped.last = *after(dropped.last);
            }
            slot = *after(dropped.last);
        }
        auto v = serve(now, slot, after(slot), cause::catch_up);
        v.passed = dropped;
        return v;
    }
    case missed::policy::delay:
        if (on_grid()) {
            auto v = serve(now, now.steady, later(now.steady, interval_), cause::delayed);
            v.passed = all;
            v.passed.what = decision::coalesced;
            if (all.last == now.steady) {
                v.passed.last = all.last_but_one; // due just now: that is the iteration's own slot
                --v.passed.count;
            }
            v.coalesced = v.passed.count;
            return v;
        }
        [[fallthrough]];
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

/// A schedule is asked about each of its slots, so a great many would keep the loop from everything else: enough for each minute of 60 years.
inline constexpr std::uint64_t most_slots_at_once = std::uint64_t{1} << 25;

[[nodiscard]] inline bad_schedule too_many_slots(schedule const& when, nanoseconds first, nanoseconds now)
{
    return bad_schedule{"tasks: schedule '" + to_string(when) + "' names more than " +
                        std::to_string(most_slots_at_once) + " instants within " +
                        duration_text(now - first) + "; its instants must not be so dense"};
}

TASKS_DECL passed_slots timeline::overdue(moment now, miss_cause cause) const
{
    auto const due = now.on(clock());
    if (!next_ || *next_ > due || back_to_back())
        return {};
    passed_slots all{.first = *next_, .last = *next_, .count = 1, .cause = cause};
    if (on_grid()) {
        auto const further = (due - *next_) / interval_;
        all.count += static_cast<std::uint64_t>(further);
        all.last += further * interval_;
        all.last_but_one = all.last - interval_;
    } else {
        try {
            for (auto t = after(all.last); t && *t <= due; t = after(*t)) {
                if (all.count == most_slots_at_once)
                    throw too_many_slots(when_, all.first, due);
                all.last_but_one = std::exchange(all.last, *t);
                ++all.count;
            }
        } catch (...) {
            if (cause != miss_cause::ended)
                throw;
            // The run is over, with those that the schedule could name.
        }
    }
    return all;
}

TASKS_DECL passed_slots timeline::change(schedule when, moment now)
{
    if (!begun_) {
        set(std::move(when));
        return {};
    }
    std::optional<nanoseconds> next;
    if (!when.is_interval()) {
        // Not behind a slot already served, should the wall clock have been set back a little (rule 10).
        auto const from = served_ ? (std::max)(now.wall, served_->on_schedule) : now.wall;
        next = instant_after(when, from);
    } else if (served_) {
        next = (std::max)(later(served_->steady, when.interval()), now.steady);
    } else {
        next = now.steady;
    }
    auto passed = overdue(now, miss_cause::rescheduled);
    if (passed.count != 0 && when.is_interval() && next == now.steady && passed.last == now.on(clock())) {
        // The same instant is a slot of the new grid, and will be decided about there.
        --passed.count;
        passed.last = passed.last_but_one;
    }
    set(std::move(when));
    next_ = next;
    return passed;
}

} // namespace detail
TASKS_END_NAMESPACE
