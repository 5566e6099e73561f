// SPDX-License-Identifier: MIT
#pragma once

// The decisions that `run` performs, in the order in which a run comes to them.

#include <tasks/loop/detail/loop_core.hpp>

#include <optional>
#include <utility>
#include <vector>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// After so many attempts in a row the executor gets a turn, should the loop never have to wait.
inline constexpr unsigned attempts_per_turn = 64;

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
    if (w.has_backlog && take_backlog(w))
        return step::call;
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
    {
        bool const aborted = is_operation_aborted(failure);
        std::scoped_lock lock{mutex_};
        if (cancel_ && aborted)
            return;
        fail(w, failure);
    }
    notify(&observer_table::hook_failed,
           hook_failed{.loop = name(), .which = hook::before, .exception = failure});
}

TASKS_DECL void loop_core::fail(worker& w, std::exception_ptr exception) noexcept
{
    w.error = std::move(exception);
    w.error_kind = failed_ ? worker::problem::secondary_error : worker::problem::fatal;
    if (std::exchange(failed_, true))
        return;
    exception_ = w.error;
    wake_all();
}

TASKS_DECL void loop_core::iteration_over(worker& w) noexcept
{
    w.now = worker::stage::free;
    w.failures = 0;
    --in_flight_;
    if (in_flight_ == 0 && leader_ && !timeline_->upcoming())
        queue_->wake(*leader_);
    if (timeline_->back_to_back())
        timeline_.touch().ended(read_clock(timeline_->clock()));
}

TASKS_DECL step loop_core::leave_loop(worker& w) noexcept
{
    if (leader_ == &w)
        leader_ = nullptr;
    w.left_the_loop = true;
    --open_;
    return step::leave;
}

/// What `decide` would do, where nobody is interested in more than that the body is called again.
TASKS_DECL bool loop_core::take_backlog(worker& w) noexcept
{
    if (w.now != worker::stage::attempting || w.burst >= attempts_per_turn)
        return false;
    std::scoped_lock lock{mutex_};
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

/// A reading of the clock, and what it means for a worker that is free.
struct loop_core::answer {
    clock_reading now;
    clock_kind clock = clock_kind::steady;
    nanoseconds stepped{0};
    bool gave_up = false; ///< there is to be no iteration any more
    bool yields = false;  ///< others have their turn first, so nothing was decided
    verdict what_now;
};

TASKS_DECL loop_core::answer loop_core::consult(timeline& t, worker const& w, bool just_ran) const
{
    bool const knows = t.has_backlog() || (just_ran && t.waits_long());
    auto const now = knows && !is_watched() ? t.last_reading() : read_clock(t.clock());
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

/// The same for a schedule of instants, which is the user's and is asked without the lock.
TASKS_DECL loop_core::answer loop_core::ask(std::unique_lock<mutex>& lock, asked_timeline::retired& old,
                                            worker const& w, bool just_ran)
{
    answer a;
    auto const wanted = [this] { return !no_more_iterations(); };
    auto const ask = [&](timeline& t) { a = consult(t, w, just_ran); };
    a.gave_up = !timeline_.ask(lock, old, wanted, ask);
    return a;
}

/// What the observer is to be told of a decision, once the mutex is free.
struct loop_core::news {
    std::vector<unreported_slots> earlier; ///< of calls that changed something
    unreported_slots passed;
};

/// `get_answer(just_ran)` is the answer of the timeline, if that has to be asked.
template <class GetAnswer>
step loop_core::decide(worker& w, news* n, GetAnswer get_answer)
{
    if (w.now == worker::stage::backing_off && !cancel_) {
        if (queue_->steady() < w.wait_until) {
            w.burst = 0;
            return step::wait;
        }
        if (w.burst >= attempts_per_turn) {
            w.burst = 0;
            return step::yield;
        }
        w.now = worker::stage::attempting;
        ++w.burst;
        ++w.it.attempt;
        return step::call;
    }
    bool const just_ran = w.now != worker::stage::free;
    if (just_ran)
        iteration_over(w);

    if (body_.can_expire && !no_more_iterations() && body_expired())
        stop_ = true;
    if (no_more_iterations() || (leader_ && leader_ != &w))
        return leave_loop(w);

    if (timeline_.is_contended()) {
        w.burst = 0;
        return step::yield;
    }

    leader_ = &w;
    auto const a = get_answer(just_ran);
    if (a.gave_up)
        return leave_loop(w);
    auto const& v = a.what_now;
    if (n)
        n->passed = {
            .slots = v.passed, .clock = a.clock, .at = a.now, .number = started_, .stepped = a.stepped};
    if (a.yields) {
        w.burst = 0;
        return step::yield;
    }

    switch (v.what) {
    case verdict::action::exhausted:
        if (in_flight_ == 0)
            return leave_loop(w);
        w.burst = 0; // a change of the schedule may bring further slots
        w.wait_clock = clock_kind::steady;
        w.wait_until = never;
        return step::wait;
    case verdict::action::wait:
        w.burst = 0;
        w.wait_clock = a.clock;
        w.wait_until = v.slot;
        return step::wait;
    case verdict::action::run: break;
    }

    leader_ = nullptr;
    w.now = worker::stage::attempting;
    ++w.burst;
    ++in_flight_;
    if (is_watched())
        w.it = to_iteration(v, started_, a.clock, a.now);
    else
        w.it.attempt = 0;
    ++started_;
    w.has_backlog = timeline_->has_backlog() && !is_watched() && !body_.can_expire && overlap_.limit() == 1;
    return step::call;
}

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
    {
        std::scoped_lock lock{mutex_};
        if (timeline_->clock() == clock_kind::steady) { // an interval is no code of the user's
            auto const get_answer = [&](bool just_ran) { return consult(timeline_.touch(), w, just_ran); };
            return decided(decide(w, n, get_answer), w, n, another_worker);
        }
    }
    return decide_asking(w, n, another_worker);
}

/// The same for a schedule of instants, which is the user's.
TASKS_DECL step loop_core::decide_asking(worker& w, news* n, bool& another_worker)
{
    asked_timeline::retired old;
    step next;
    std::unique_lock lock{mutex_};
    try {
        next = decide(w, n, [&](bool just_ran) { return ask(lock, old, w, just_ran); });
    } catch (...) {
        if (!lock.owns_lock())
            lock.lock();
        fail(w, std::current_exception()); // of the schedule
        next = leave_loop(w);
    }
    return decided(next, w, n, another_worker);
}

TASKS_DECL step loop_core::decided(step next, worker& w, news* n, bool& another_worker) noexcept
{
    if (n) // what another thread adds from here on is told behind this decision
        n->earlier.swap(own_parts()->unreported);
    w.asleep = next == step::wait;
    another_worker =
        next == step::call && w.it.attempt == 0 && overlap_.allows(in_flight_) && !count_reached();
    return next;
}

TASKS_DECL asio::awaitable<void> loop_core::call_body(worker& w)
{
    w.interruptible = true;
    if (w.failures != 0)
        w.retry_began = queue_->steady();
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
        cancelled = cancel_;
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
    fail(w, std::move(fatal));
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
    // Of a first attempt it does not matter how long it lasted, because no failure precedes it.
    auto const lasted = w.failures == 0 ? nanoseconds::zero() : queue_->steady() - w.retry_began;
    w.failures = failures_in_a_row(w.failures, lasted, backoff_.reset_after());
    auto const delay = backoff_.next(w.failures);
    notify(&observer_table::retry,
           retry_scheduled{
               .loop = name(), .it = w.it, .delay = delay, .failures = w.failures, .exception = failure});
    w.now = worker::stage::backing_off;
    w.wait_clock = clock_kind::steady;
    w.wait_until = saturating_add(queue_->steady(), delay);
}

TASKS_DECL void loop_core::wait_failed(worker& w, std::exception_ptr failure) noexcept
{
    std::scoped_lock lock{mutex_};
    if (w.now == worker::stage::backing_off)
        w.now = worker::stage::attempting; // there will be no retry
    fail(w, std::move(failure));
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
        if (worker_count_ > 1) {
            linked = unlink(w);
            return false;
        }
        auto const first_time = std::exchange(phase_, phase::closing) != phase::closing;
        if (is_observed()) {
            unreported.swap(own_parts()->unreported);
            left = {.slots = {}, .clock = timeline_->clock(), .at = queue_->now(), .number = started_};
            if (first_time && timeline_->begun())
                ended = *timeline_;
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
    exit_reason reason;
    former_run ended;
    former_run replaced;
    bool restarting;
    arguments former;
    ref<worker> linked;
    {
        std::scoped_lock lock{mutex_};
        if (after_failure && !failed_) {
            failed_ = true;
            exception_ = after_failure;
        }
        reason = failed_ ? exit_reason::failed : cancel_ ? exit_reason::cancelled : exit_reason::completed;
        ended = {.exception = exception_, .failed = failed_};
        if (last)
            linked = unlink(*last);
        joiners.swap(joiners_);
        observer = parts().observer;
        timeline_.touch().reset();
        if (auto* const own = own_parts())
            own->unreported.clear();
        started_ = 0;
        restarting = restarted_ = restart_;
        stop_ = cancel_ = restart_ = false;
        phase_ = phase::idle;
        former.swap(arguments_);
        if (restarting)
            replaced = set_starting(next_arguments_);
    }
    notify(observer, &observer_table::run_ended,
           run_ended{.loop = name(), .reason = reason, .exception = ended.exception});
    if (restarting) {
        try {
            post_launch();
            notify(observer, &observer_table::run_started, run_started{.loop = name(), .restarted = true});
        } catch (...) {
            report("the loop could not be restarted", std::current_exception());
            withdraw_run(std::move(replaced), std::current_exception());
        }
    }
    joiners.complete_all(ended.exception, executor());
    if (!restarting)
        queue_->work_finished();
}

} // namespace detail
TASKS_END_NAMESPACE
