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
    w.has_backlog =
        !no_more_iterations() && !disturbed_ && !timeline_.is_contended() && timeline_->has_backlog();
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
    bool const requested = requests_ && is_requested(clock);
    timeline_answer const a = ask(inquiry{.just_ran = just_ran,
                                          .was_suspended = c.was_suspended,
                                          .watched = c.watched,
                                          .paused = paused_,
                                          .requested = requested});
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
    auto const what = a.what_now.what;
    if (what == verdict::action::pass)
        return step::again;
    if (what == verdict::action::draw) {
        w.it = to_iteration(a.what_now, started_, a.clock, a.now);
        w.wait_until = a.what_now.until;
        return step::draw;
    }
    if (what != verdict::action::run && !requested) {
        if (what == verdict::action::exhausted && in_flight_ == 0 && !has_wishes())
            return leave_loop(w); // or else a change of the schedule may add slots
        wait(w, a.what_now.until == never ? clock_kind::steady : a.clock, a.what_now.until);
        if (requests_)
            look_for_alarm(w, clock);
        return step::wait;
    }

    leader_ = nullptr;
    w.now = worker_state::stage::attempting;
    w.no_success = false;
    ++w.burst;
    ++in_flight_;
    w.it.attempt = 0;
    if (c.watched)
        w.it = what == verdict::action::run
                   ? to_iteration(a.what_now, started_, a.clock, a.now)
                   : requested_iteration(*requests_->pending(), started_, clock.read_both());
    if (requests_)
        requests_->serve();
    if (disturbed_)
        disturbed_ = paused_ || has_wishes();
    ++started_;
    w.has_backlog =
        timeline_->has_backlog() && !c.watched && !c.can_expire && overlap_.limit() == 1 && failures_ == 0;
    return step::call;
}

template <class Clock>
bool run_state::is_requested(Clock const& clock) noexcept
{
    if (requests_->empty())
        return false;
    requests_->ripen(clock.read_both());
    return requests_->pending().has_value();
}

template <class Clock>
void run_state::look_for_alarm(worker_state& w, Clock const& clock) noexcept
{
    if (!requests_->alarm())
        return;
    moment const slot{.clock = w.wait_clock, .at = w.wait_until};
    auto const first = next_look(slot, *requests_->alarm(), clock.read_both());
    w.wait_clock = first.clock;
    w.wait_until = first.at;
}

template <class Clock>
timeline_answer run_state::consult(timeline& t, worker_state const& w, inquiry const& q, Clock const& clock)
{
    if (t.has_pause_to_settle()) {
        return {.now = clock.read(t.clock()),
                .clock = t.clock(),
                .what_now = {.what = verdict::action::pass, .passed = t.settle_pause()}};
    }
    bool const knows = t.has_backlog() || (q.just_ran && !q.was_suspended && t.waits_long());
    auto const now = knows && !q.watched ? t.last_reading() : clock.read(t.clock());
    nanoseconds stepped{0};
    if (t.begun())
        stepped = t.update(now);
    else
        t.begin(now);
    if (q.just_ran) {
        t.ended(now);
        t.drop_jitter_if_due(now);
    }
    bool const yields = w.burst >= (t.back_to_back() ? 1 : attempts_per_turn);
    return {.now = now,
            .clock = t.clock(),
            .stepped = stepped,
            .yields = yields,
            .what_now = yields ? verdict{} : t.decide(now, q)};
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
    w.no_success = false;
    ++w.it.attempt;
    return step::call;
}

template <class Clock>
void run_state::iteration_over(worker_state& w, Clock const& clock)
{
    if (w.now == worker_state::stage::attempting && !w.no_success && !failed_)
        failures_ = 0;
    w.now = worker_state::stage::free;
    w.failures = 0;
    --in_flight_;
    if (in_flight_ == 0 && leader_ && !timeline_->upcoming())
        to_wake_ = leader_;
    if (timeline_->counts_from_ends()) {
        auto const now = clock.read(timeline_->clock());
        timeline_.touch().ended(now);
        if (!leader_)
            timeline_.touch().worker_freed(now);
    }
}

} // namespace detail
TASKS_END_NAMESPACE
