// SPDX-License-Identifier: MIT
#pragma once

// The decision between two iterations. These are templates because the owner of a run supplies the clock and
// the call of the schedule. Only code that performs a run includes this file.

#include <tasks/run/detail/run_state.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

inline bool run_state::take_backlog(worker_state& w) noexcept
{
    if (w.now != worker_state::stage::attempting || w.burst >= attempts_per_turn)
        return false;
    w.has_backlog = !no_more_iterations() && !timeline_.is_contended() && timeline_->has_backlog();
    if (!w.has_backlog)
        return false;
    timeline_.touch().serve_backlog();
    ++started_;
    ++w.burst;
    w.failures = 0;
    w.it.attempt = 0;
    return true;
}

template <class Clock, class Ask>
step run_state::decide(worker_state& w, circumstances c, Clock const& clock, Ask&& ask,
                       unreported_slots* passed)
{
    if (w.now == worker_state::stage::backing_off && !cancel_)
        return decide_retry(w, clock);
    bool const just_ran = w.now != worker_state::stage::free;
    if (just_ran)
        iteration_over(w, clock);

    if (c.expired && !no_more_iterations())
        stop_ = true;
    if (no_more_iterations() || (leader_ && leader_ != &w))
        return leave_loop(w);
    if (timeline_.is_contended())
        return yield(w);

    leader_ = &w;
    timeline_answer const a = ask(just_ran);
    if (a.gave_up)
        return leave_loop(w);
    if (passed)
        *passed = {.slots = a.what_now.passed,
                   .clock = a.clock,
                   .at = a.now,
                   .number = started_,
                   .stepped = a.stepped};
    if (a.yields)
        return yield(w);
    switch (a.what_now.what) {
    case verdict::action::exhausted:
        if (in_flight_ == 0)
            return leave_loop(w);
        return wait(w, clock_kind::steady, never); // a change of the schedule may add slots
    case verdict::action::wait: return wait(w, a.clock, a.what_now.slot);
    case verdict::action::run: break;
    }

    leader_ = nullptr;
    w.now = worker_state::stage::attempting;
    ++w.burst;
    ++in_flight_;
    if (c.watched)
        w.it = to_iteration(a.what_now, started_, a.clock, a.now);
    else
        w.it.attempt = 0;
    ++started_;
    w.has_backlog = timeline_->has_backlog() && !c.watched && !c.can_expire && overlap_.limit() == 1;
    return step::call;
}

template <class Clock>
timeline_answer run_state::consult(timeline& t, worker_state const& w, bool just_ran, bool watched,
                                   Clock const& clock)
{
    bool const knows = t.has_backlog() || (just_ran && t.waits_long());
    auto const now = knows && !watched ? t.last_reading() : clock.read(t.clock());
    nanoseconds stepped{0};
    if (t.begun())
        stepped = t.update(now);
    else
        t.begin(now);
    bool const yields = w.burst >= (t.back_to_back() ? 1 : attempts_per_turn);
    return {.now = now,
            .clock = t.clock(),
            .stepped = stepped,
            .yields = yields,
            .what_now = yields ? verdict{} : t.decide(now)};
}

template <class Clock>
step run_state::decide_retry(worker_state& w, Clock const& clock) noexcept
{
    if (clock.steady() < w.wait_until) {
        w.burst = 0;
        return step::wait;
    }
    if (w.burst >= attempts_per_turn)
        return yield(w);
    w.now = worker_state::stage::attempting;
    ++w.burst;
    ++w.it.attempt;
    return step::call;
}

template <class Clock>
void run_state::iteration_over(worker_state& w, Clock const& clock)
{
    w.now = worker_state::stage::free;
    w.failures = 0;
    --in_flight_;
    if (in_flight_ == 0 && leader_ && !timeline_->upcoming())
        to_wake_ = leader_;
    if (timeline_->back_to_back())
        timeline_.touch().ended(clock.read(timeline_->clock()));
}

} // namespace detail
TASKS_END_NAMESPACE
