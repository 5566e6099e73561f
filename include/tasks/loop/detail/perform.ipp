// SPDX-License-Identifier: MIT
#pragma once

// An iteration from top to bottom: `run` calls `advance`, which performs one step after another, as
// `run_state` decides. The mutex is held in scopes with a `scoped_lock`, and nowhere else.

#include <tasks/loop/detail/asked_timeline.hpp>
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
    switch (w.now) {
    case worker::stage::before_hook: before_hook_ended(w, std::move(failure)); break;
    case worker::stage::error_hook:
        if (failure)
            hook_threw(hook::error, failure);
        break;
    case worker::stage::after_hook: finish(w, std::move(failure)); break;
    case worker::stage::attempting:
    case worker::stage::backing_off:
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
    notify(&observer_table::hook_failed,
           hook_failed{.loop = name(), .which = hook::before, .exception = failure});
}

/// The observer's report of a decision, delivered without the mutex.
struct loop_core::news {
    std::vector<unreported_slots> earlier; ///< from requests since the last decision
    unreported_slots passed;
};

TASKS_DECL step loop_core::next_in_loop(worker& w)
{
    bool another_worker = false;
    step next;
    if (is_observed()) {
        news n;
        next = decide_next(w, &n, another_worker);
        notify_unreported(n.earlier);
        notify_passed(n.passed);
        if (next == step::call && w.it.attempt == 0)
            notify(&observer_table::slot, slot_decided{.loop = name(),
                                                       .what = decision::ran,
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
            auto const ask = [&slots, &w, clock](bool just_ran) {
                return run_state::consult(slots.touch(), w, just_ran, clock.watched, clock);
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
    auto const ask = [&](bool just_ran) {
        timeline_answer a;
        a.gave_up = !change_unlocked(
            run_.slots(), lock, old, [this] { return !run_.no_more_iterations(); },
            [&](timeline& t) { a = run_state::consult(t, w, just_ran, c.watched, clock); });
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
    if (n) // slots added by other threads from here on are reported after this decision
        n->earlier.swap(own_parts()->unreported);
    w.asleep = next == step::wait;
    another_worker = run_.needs_another_worker(w, next);
    return next;
}

TASKS_DECL run_state::circumstances loop_core::circumstances(bool observed) const noexcept
{
    return {.watched = observed || body_.takes_iteration,
            .expired = body_.can_expire && body_expired(),
            .can_expire = body_.can_expire};
}

TASKS_DECL asio::awaitable<void> loop_core::call_body(worker& w)
{
    w.interruptible = true;
    if (w.failures != 0)
        run_state::attempt_begins(w, queue_->steady());
    if (is_observed())
        notify(&observer_table::attempt_begun, attempt_begun{.loop = name(), .it = w.it});
    if (gone())
        return done();
    return invoke_body(w.it, arguments_.get());
}

TASKS_DECL void loop_core::attempt_succeeded(worker& w)
{
    if (is_observed())
        notify(&observer_table::attempt_ended,
               attempt_ended{.loop = name(), .it = w.it, .what = outcome::succeeded, .exception = nullptr});
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
    bool const is_cancellation = cancelled && is_operation_aborted(failure);
    notify(&observer_table::attempt_ended,
           attempt_ended{.loop = name(),
                         .it = w.it,
                         .what = is_cancellation ? outcome::cancelled : outcome::failed,
                         .exception = failure});
    if (is_cancellation)
        return;

    auto fatal = failure;
    try {
        if (is_handled(failure)) {
            if (!cancelled) // or else it is dropped
                back_off(w, failure);
            return;
        }
    } catch (...) {
        fatal = std::current_exception(); // of the predicate or the back-off
    }
    std::scoped_lock lock{mutex_};
    wake_all_if(run_.fail(w, std::move(fatal)));
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
    run_state::count_failure(w, w.failures == 0 ? nanoseconds::zero() : queue_->steady(),
                             backoff_.reset_after());
    auto const delay = backoff_.next(w.failures);
    notify(&observer_table::retry,
           retry_scheduled{
               .loop = name(), .it = w.it, .delay = delay, .failures = w.failures, .exception = failure});
    run_state::back_off(w, queue_->steady(), delay);
}

TASKS_DECL void loop_core::wait_failed(worker& w, std::exception_ptr failure) noexcept
{
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
    case worker::problem::error_hook_lost: hook_threw(hook::error, w.error); break;
    case worker::problem::secondary_error:
        report("further fatal error of a run that has already failed", w.error);
        break;
    case worker::problem::fatal:
        if (parts().error)
            return true;
        report("fatal error, and no error hook", w.error);
        break;
    case worker::problem::none:
    case worker::problem::after_hook_lost: break;
    }
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
    {
        std::scoped_lock lock{mutex_};
        auto const leaving = run_.leave_run();
        if (leaving == run_state::leaving::others_remain) {
            linked = unlink(w);
            return false;
        }
        if (is_observed()) {
            auto const& slots = run_.slots();
            unreported.swap(own_parts()->unreported);
            left = {.slots = {}, .clock = slots->clock(), .at = queue_->now(), .number = run_.started()};
            if (leaving == run_state::leaving::closes_run && slots->begun())
                ended = *slots;
        }
    }
    if (is_observed()) {
        notify_unreported(unreported);
        if (ended)
            left.slots = ended->overdue(left.at, miss_cause::ended);
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

    joiner_list joiners;
    attached_observer observer; // the loop's own may be replaced once it is idle
    run_state::ending ended;
    former_run replaced;
    arguments former;
    ref<worker> linked;
    {
        std::scoped_lock lock{mutex_};
        if (last)
            linked = unlink(*last);
        joiners.swap(joiners_);
        observer = parts().observer;
        if (auto* const own = own_parts())
            own->unreported.clear();
        former.swap(arguments_);
        ended = run_.end(after_failure);
        if (ended.restarts)
            replaced = set_starting(next_arguments_);
    }
    notify(observer, &observer_table::run_ended,
           run_ended{.loop = name(), .reason = ended.reason, .exception = ended.exception});
    if (ended.restarts) {
        try {
            post_launch();
            notify(observer, &observer_table::run_started, run_started{.loop = name(), .restarted = true});
        } catch (...) {
            report("the loop could not be restarted", std::current_exception());
            withdraw_run(std::move(replaced), std::current_exception());
        }
    }
    joiners.complete_all(ended.exception, executor());
    if (!ended.restarts)
        queue_->work_finished();
}

} // namespace detail
TASKS_END_NAMESPACE
