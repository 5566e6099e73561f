// SPDX-License-Identifier: MIT
#pragma once

// An iteration from top to bottom: `run` calls `advance`, which performs one step after another, as
// `run_state` decides. The mutex is held in scopes with a `scoped_lock`, and nowhere else.

#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/detail/attempt_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/run/detail/decide.ipp>

#include <optional>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL asio::awaitable<void> loop_core::advance(worker& w)
{
    for (;;) {
        w.then = next_step(w);
        if (w.then != step::call)
            return {};
        std::exception_ptr failure;
        try {
            if (auto called = call(w); called.valid() && !gone())
                return called;
        } catch (...) {
            failure = std::current_exception();
        }
        step_ended(w, std::move(failure));
    }
}

TASKS_DECL step loop_core::next_step(worker& w)
{
    if (gone() || w.finished)
        return step::leave;
    if (w.opens_the_run) {
        w.opens_the_run = false;
        return step::call;
    }
    if (w.has_backlog) {
        std::scoped_lock lock{mutex_};
        if (run_.take_backlog(w))
            return step::call;
    }
    if (!w.left_the_loop)
        if (auto const next = next_in_loop(w); next != step::leave)
            return next;
    return next_behind_loop(w);
}

TASKS_DECL asio::awaitable<void> loop_core::call(worker& w)
{
    if (gone())
        return done(); // an observer, the log sink or the schedule has just destroyed the loop
    switch (w.now) {
    case worker::stage::before_hook: w.interruptible = true; return parts().before();
    case worker::stage::error_hook: return parts().error(w.error);
    case worker::stage::after_hook:
        if (w.error_kind == worker::problem::after_hook_lost)
            std::rethrow_exception(w.error);
        return parts().after();
    case worker::stage::attempting:
    case worker::stage::backing_off:
    case worker::stage::failed:
    case worker::stage::free: break;
    }
    return call_body(w);
}

TASKS_DECL void loop_core::step_ended(worker& w, std::exception_ptr failure)
{
    if (w.then != step::call) {
        if (failure)
            wait_failed(w, std::move(failure));
        return;
    }
    w.interruptible = false;
    if (w.timer)
        attempt_timer::stop(w);
    switch (w.now) {
    case worker::stage::before_hook: before_hook_ended(w, std::move(failure)); break;
    case worker::stage::error_hook:
        if (failure)
            hook_threw(hook::error, failure);
        break;
    case worker::stage::after_hook: finish(w, std::move(failure)); break;
    case worker::stage::attempting:
    case worker::stage::backing_off:
    case worker::stage::failed:
    case worker::stage::free:
        if (failure)
            attempt_failed(w, std::move(failure));
        else
            attempt_succeeded(w);
    }
}

TASKS_DECL void loop_core::before_hook_ended(worker& w, std::exception_ptr failure)
{
    w.now = worker::stage::free;
    if (!failure || gone())
        return;
    bool const aborted = is_operation_aborted(failure);
    {
        std::scoped_lock lock{mutex_};
        if (run_.is_cancelled() && aborted)
            return;
        wake_all_if(run_.fail(w, failure));
    }
    notify(hook_failed{.loop = name(), .which = hook::before, .exception = failure});
}

/// The observer's report of a decision, delivered without the mutex.
struct loop_core::news {
    std::vector<unreported_slots> earlier; ///< from requests since the last decision
    unreported_slots passed;
};

TASKS_DECL step loop_core::next_in_loop(worker& w)
{
    if ((w.now == worker::stage::failed || w.now == worker::stage::error_hook) && !iteration_failed(w))
        return step::call;
    for (;;) {
        auto const next = decide_and_notify(w);
        if (next == step::leave)
            abort_requests(w); // of an iteration cancelled in its back-off
        if (next != step::again && next != step::draw)
            return next;
        if (gone())
            return step::leave;
        if (next == step::draw)
            draw_jitter(w);
    }
}

/// Handles the end of an iteration that failed without ending the run (rule 37).
/// @returns whether it is over; false if the error hook must be called first
TASKS_DECL bool loop_core::iteration_failed(worker& w)
{
    if (w.now == worker::stage::failed && wants_error_hook(w)) {
        w.now = worker::stage::error_hook;
        return false;
    }
    complete_requests(w, std::exchange(w.error, nullptr));
    return true;
}

TASKS_DECL void loop_core::draw_jitter(worker& w)
{
    try {
        auto const jitter = parts().jitter.draw(w.it, w.wait_until);
        std::scoped_lock lock{mutex_};
        run_.jitter_drawn(jitter);
    } catch (...) {
        std::scoped_lock lock{mutex_};
        wake_all_if(run_.fail(w, std::current_exception()));
    }
}

TASKS_DECL step loop_core::decide_and_notify(worker& w)
{
    bool another_worker = false;
    step next;
    if (is_observed()) {
        news n;
        next = decide_next(w, &n, another_worker);
        notify_unreported(n.earlier);
        notify_passed(n.passed);
        if (next == step::call && w.it.attempt == 0)
            notify(slot_decided{.loop = name(),
                                .what = w.it.cause == cause::requested ? decision::requested : decision::ran,
                                .cause = miss_cause::none,
                                .first = w.it.slot,
                                .last = w.it.slot,
                                .count = 1,
                                .number = w.it.number,
                                .lateness = w.it.lateness});
    } else {
        next = decide_next(w, nullptr, another_worker);
    }
    if (another_worker)
        promote();
    return next;
}

TASKS_DECL step loop_core::decide_next(worker& w, news* n, bool& another_worker)
{
    auto const c = circumstances(n != nullptr);
    {
        std::scoped_lock lock{mutex_};
        auto& slots = run_.slots();
        if (slots->clock() == clock_kind::steady) { // an interval calls no code of the user
            queue_clocks const clock{*queue_, c.watched};
            auto const ask = [&slots, &w, clock](inquiry q) {
                return run_state::consult(slots.touch(), w, q, clock);
            };
            return decided(run_.decide(w, c, clock, ask, n ? &n->passed : nullptr), w, n, another_worker);
        }
    }
    return decide_asking(w, c, n, another_worker);
}

/// As `decide_next`, for a schedule of instants, which is user code and therefore called without the lock.
TASKS_DECL step loop_core::decide_asking(worker& w, run_state::circumstances c, news* n, bool& another_worker)
{
    queue_clocks const clock{*queue_, c.watched};
    retired_timeline old;
    step next;
    std::unique_lock lock{mutex_};
    auto const ask = [&](inquiry q) {
        timeline_answer a;
        a.gave_up = !change_unlocked(
            run_.slots(), lock, old, [this] { return !run_.no_more_iterations(); },
            [&](timeline& t) { a = run_state::consult(t, w, q, clock); });
        return a;
    };
    try {
        next = run_.decide(w, c, clock, ask, n ? &n->passed : nullptr);
    } catch (...) {
        if (!lock.owns_lock())
            lock.lock();
        wake_all_if(run_.fail(w, std::current_exception())); // of the schedule
        next = run_.leave_loop(w);
    }
    return decided(next, w, n, another_worker);
}

TASKS_DECL step loop_core::decided(step next, worker& w, news* n, bool& another_worker) noexcept
{
    if (auto* const leader = run_.take_leader_to_wake())
        queue_->wake(static_cast<worker&>(*leader));
    bool const begins = next == step::call && w.it.attempt == 0;
    // A retry does not look for a slot. A run that fails reports after its error hook.
    bool const looked = begins || leader() == &w || (next == step::leave && !run_.failed());
    if (n && looked) // slots added by other threads from here on are reported later
        n->earlier.swap(own_parts()->unreported);
    w.asleep = next == step::wait;
    if (n)
        note_decision(w, next == step::wait && w.now == worker::stage::backing_off);
    if (begins)
        mark_served_requests(w);
    another_worker = run_.needs_another_worker(w, next);
    return next;
}

/// Notes that the iteration that begins serves all requests made so far.
TASKS_DECL void loop_core::mark_served_requests(worker const& w) noexcept
{
    auto* const own = own_parts();
    if (!own || !own->had_requesters)
        return;
    for (auto* j = own->requesters.first(); j; j = joiner_list::next(*j))
        if (!j->served_by)
            j->served_by = &w;
}

TASKS_DECL run_state::circumstances loop_core::circumstances(bool observed) const noexcept
{
    return {.watched = observed || body_.takes_iteration || run_.is_jittered(),
            .expired = body_.can_expire && body_expired(),
            .can_expire = body_.can_expire,
            .was_suspended = std::exchange(passed(), false)};
}

TASKS_DECL asio::awaitable<void> loop_core::call_body(worker& w)
{
    w.interruptible = true;
    auto const* const own = own_parts();
    bool const observed = own && own->is_observed();
    if (w.failures != 0 || observed || (own && own->timeout != never))
        w.attempt_began = queue_->steady();
    if (observed)
        notify(attempt_begun{.loop = name(), .it = w.it});
    if (gone())
        return done();
    auto body = invoke_body(w.it, arguments_.get());
    if (own && own->timeout != never && body.valid() && !gone())
        attempt_timer::start(w, saturating_add(w.attempt_began, own->timeout));
    return body;
}

TASKS_DECL void loop_core::attempt_succeeded(worker& w)
{
    if (!own_parts())
        return;
    notify_attempt_ended(w, outcome::succeeded, nullptr);
    complete_requests(w, nullptr);
}

TASKS_DECL void loop_core::notify_attempt_ended(worker const& w, outcome what,
                                                std::exception_ptr const& failure) const noexcept
{
    if (!is_observed())
        return;
    auto const now = queue_->now();
    notify(attempt_ended{.loop = name(),
                         .it = w.it,
                         .what = what,
                         .exception = failure,
                         .duration = now.steady - w.attempt_began,
                         .when = time_point{now.wall}});
}

[[nodiscard]] inline bool is_skipped(std::exception_ptr const& failure) noexcept
{
    try {
        std::rethrow_exception(failure);
    } catch (skipped const&) {
        return true;
    } catch (...) {
        return false;
    }
}

TASKS_DECL void loop_core::attempt_failed(worker& w, std::exception_ptr failure)
{
    if (gone())
        return;
    bool cancelled;
    {
        std::scoped_lock lock{mutex_};
        cancelled = run_.is_cancelled();
    }
    auto what = outcome::failed;
    if (is_skipped(failure)) {
        what = outcome::skipped;
    } else if (is_operation_aborted(failure)) {
        if (cancelled) {
            what = outcome::cancelled;
        } else if (w.timed_out) {
            what = outcome::timed_out;
            failure = time_is_up();
        }
    }
    notify_attempt_ended(w, what, failure);
    w.no_success = true;
    if (what == outcome::skipped || what == outcome::cancelled) {
        if (what == outcome::skipped)
            complete_requests(w, nullptr);
        else
            abort_requests(w);
        return;
    }

    bool of_the_body = true;
    try {
        if (is_handled(failure)) {
            run_state::count_failure(w, w.failures == 0 ? nanoseconds::zero() : queue_->steady(),
                                     parts().backoff.reset_after());
            if (w.failures <= parts().retries) {
                if (cancelled)
                    abort_requests(w); // the error is dropped
                else
                    back_off(w, failure);
                return;
            }
        }
    } catch (...) {
        failure = std::current_exception(); // of the predicate or the back-off
        of_the_body = false;
    }
    bool goes_on;
    {
        std::scoped_lock lock{mutex_};
        wake_all_if(of_the_body ? run_.fail_iteration(w, failure) : run_.fail(w, failure));
        goes_on = w.now == worker::stage::failed;
    }
    if (!goes_on)
        complete_requests(w, failure);
}

TASKS_DECL bool loop_core::is_handled(std::exception_ptr const& failure) const
{
    if (!reconnect_)
        return false;
    auto const types = handled();
    return types ? types->match(failure) : handled_errors{}.match(failure);
}

TASKS_DECL void loop_core::back_off(worker& w, std::exception_ptr const& failure)
{
    auto const delay = parts().backoff.next(w.failures);
    notify(retry_scheduled{
        .loop = name(), .it = w.it, .delay = delay, .failures = w.failures, .exception = failure});
    run_state::back_off(w, queue_->steady(), delay);
}

TASKS_DECL void loop_core::wait_failed(worker& w, std::exception_ptr failure) noexcept
{
    complete_requests(w, failure);
    std::scoped_lock lock{mutex_};
    wake_all_if(run_.wait_failed(w, std::move(failure)));
}

TASKS_DECL step loop_core::next_behind_loop(worker& w)
{
    if (w.now == worker::stage::free && wants_error_hook(w)) {
        w.now = worker::stage::error_hook;
        return step::call;
    }
    if (w.now == worker::stage::after_hook || !last_one_out(w))
        return step::leave;
    w.now = worker::stage::after_hook;
    return step::call;
}

TASKS_DECL bool loop_core::wants_error_hook(worker& w)
{
    if (gone())
        return false;
    switch (w.error_kind) {
    case worker::problem::error_hook_lost: hook_threw(hook::error, w.error); return false;
    case worker::problem::secondary_error:
        report("further fatal error of a run that has already failed", w.error);
        return false;
    case worker::problem::fatal: break;
    case worker::problem::none:
        if (w.now == worker::stage::failed)
            break;
        return false;
    case worker::problem::after_hook_lost: return false;
    }
    if (parts().error)
        return true;
    report("fatal error, and no error hook", w.error);
    return false;
}

TASKS_DECL bool loop_core::last_one_out(worker& w)
{
    if (gone())
        return false;
    ref<worker> linked;
    unreported_slots left{};
    std::vector<unreported_slots> unreported;
    std::optional<timeline> ended;
    auto cause = miss_cause::ended;
    {
        std::scoped_lock lock{mutex_};
        auto const leaving = run_.leave_run();
        if (leaving == run_state::leaving::others_remain) {
            linked = unlink(w);
            return false;
        }
        note_state();
        if (is_observed()) {
            auto const& slots = run_.slots();
            unreported.swap(own_parts()->unreported);
            left = {.slots = {}, .clock = slots->clock(), .at = queue_->now(), .number = run_.started()};
            if (leaving == run_state::leaving::closes_run && slots->begun())
                ended = *slots;
            if (run_.is_paused())
                cause = miss_cause::paused;
        }
    }
    if (is_observed()) {
        notify_unreported(unreported);
        if (ended && ended->has_pause_to_settle()) {
            left.slots = ended->left_over_of_pause();
            notify_passed(left);
        }
        left.slots = ended ? ended->left_over(left.at, cause) : passed_slots{};
        notify_passed(left);
    }
    return true;
}

TASKS_DECL void loop_core::finish(worker& w, std::exception_ptr after_failure) noexcept
{
    if (!gone())
        end_run(&w, std::move(after_failure));
}

TASKS_DECL void loop_core::end_run(worker* last, std::exception_ptr after_failure) noexcept
{
    if (after_failure)
        hook_threw(hook::after, after_failure);

    ended_joiners joiners;
    ended_joiners requesters;
    attached_observer observer; // the loop's own may be replaced once it is idle
    run_state::ending ended;
    former_run replaced;
    arguments former;
    ref<worker> linked;
    ref<expectation_timer> expectation;
    {
        std::scoped_lock lock{mutex_};
        if (last)
            linked = unlink(*last);
        joiners_.move_all_to(joiners);
        observer = parts().observer;
        if (auto* const own = own_parts()) {
            own->unreported.clear();
            own->requesters.move_all_to(requesters);
        }
        former.swap(arguments_);
        ended = run_.end(after_failure);
        expectation = take_expectation();
        note_state();
        if (ended.restarts)
            replaced = set_starting(own_parts()->next_arguments);
    }
    if (expectation)
        expectation->stop();
    bool const observed = observer || is_observed();
    auto const now = observed ? time_point{queue_->now().wall} : time_point{};
    run_ended const event{.loop = name(), .reason = ended.reason, .exception = ended.exception, .when = now};
    record_event(event);
    notify(observer, event);
    if (ended.restarts) {
        try {
            post_launch();
            notify(observer, run_started{.loop = name(), .restarted = true, .when = now});
        } catch (...) {
            report("the loop could not be restarted", std::current_exception());
            withdraw_run(std::move(replaced), std::current_exception());
        }
    }
    if (!requesters.empty())
        requesters.complete_all(operation_aborted(), executor());
    joiners.complete_all(ended.exception, executor());
    if (!ended.restarts)
        queue_->work_finished();
}

} // namespace detail
TASKS_END_NAMESPACE
