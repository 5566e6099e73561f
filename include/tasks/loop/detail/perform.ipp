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

TASKS_DECL asio::awaitable<void> loop_core::advance(place& p)
{
    for (;;) {
        p.then = next_step(p);
        if (p.then != step::call)
            return {};
        std::exception_ptr failure;
        try {
            if (auto called = call(p); called.valid() && !gone())
                return called;
        } catch (...) {
            failure = std::current_exception();
        }
        step_ended(p, std::move(failure));
    }
}

TASKS_DECL step loop_core::next_step(place& p)
{
    if (gone() || p.finished)
        return step::leave;
    if (p.opens_the_run) {
        p.opens_the_run = false;
        return step::call;
    }
    if (p.has_backlog && take_backlog(p))
        return step::call;
    if (!p.left_the_loop)
        if (auto const next = next_in_loop(p); next != step::leave)
            return next;
    return next_behind_loop(p);
}

TASKS_DECL asio::awaitable<void> loop_core::call(place& p)
{
    if (gone())
        return done(); // an observer, the log sink or the schedule has just destroyed the loop
    switch (p.now) {
    case place::stage::before_hook: p.interruptible = true; return extra().before();
    case place::stage::error_hook: return extra().error(p.error);
    case place::stage::after_hook:
        if (p.error_kind == place::problem::after_hook_lost)
            std::rethrow_exception(p.error);
        return extra().after();
    case place::stage::attempting:
    case place::stage::backing_off:
    case place::stage::free: break;
    }
    return call_body(p);
}

TASKS_DECL void loop_core::step_ended(place& p, std::exception_ptr failure)
{
    if (p.then != step::call) {
        if (failure)
            wait_failed(p, std::move(failure));
        return;
    }
    p.interruptible = false;
    switch (p.now) {
    case place::stage::before_hook: before_hook_ended(p, std::move(failure)); break;
    case place::stage::error_hook:
        if (failure)
            hook_threw(hook::error, failure);
        break;
    case place::stage::after_hook: finish(p, std::move(failure)); break;
    case place::stage::attempting:
    case place::stage::backing_off:
    case place::stage::free:
        if (failure)
            attempt_failed(p, std::move(failure));
        else
            attempt_succeeded(p);
    }
}

TASKS_DECL void loop_core::before_hook_ended(place& p, std::exception_ptr failure)
{
    p.now = place::stage::free;
    if (!failure || gone())
        return;
    {
        bool const aborted = is_operation_aborted(failure);
        std::scoped_lock lock{mutex_};
        if (cancel_ && aborted)
            return;
        fail(p, failure);
    }
    tell(&observer_table::hook_failed,
         hook_failed{.loop = name(), .which = hook::before, .exception = failure});
}

TASKS_DECL void loop_core::fail(place& p, std::exception_ptr exception) noexcept
{
    p.error = std::move(exception);
    p.error_kind = failed_ ? place::problem::further : place::problem::fatal;
    if (std::exchange(failed_, true))
        return;
    exception_ = p.error;
    wake_all();
}

TASKS_DECL void loop_core::iteration_over(place& p) noexcept
{
    p.now = place::stage::free;
    p.failures = 0;
    --in_flight_;
    if (in_flight_ == 0 && leader_ && !timeline_->upcoming())
        queue_->wake(*leader_);
    if (timeline_->back_to_back())
        timeline_.touch().ended(read_clock(timeline_->clock()));
}

TASKS_DECL step loop_core::leave_loop(place& p) noexcept
{
    if (leader_ == &p)
        leader_ = nullptr;
    p.left_the_loop = true;
    --open_;
    return step::leave;
}

/// What `decide` would do, where nobody is interested in more than that the body is called again.
TASKS_DECL bool loop_core::take_backlog(place& p) noexcept
{
    if (p.now != place::stage::attempting || p.burst >= attempts_per_turn)
        return false;
    std::scoped_lock lock{mutex_};
    p.has_backlog = !no_more_iterations() && !timeline_.is_contended() && timeline_->has_backlog();
    if (!p.has_backlog)
        return false;
    timeline_.touch().serve_backlog();
    ++started_;
    ++p.burst;
    p.failures = 0;
    p.it.attempt = 0;
    return true;
}

/// A reading of the clock, and what it means for a place that is free.
struct loop_core::answer {
    clock_reading now;
    clock_kind clock = clock_kind::steady;
    nanoseconds stepped{0};
    bool gave_up = false; ///< there is to be no iteration any more
    bool yields = false;  ///< others have their turn first, so nothing was decided
    verdict what_now;
};

TASKS_DECL loop_core::answer loop_core::consult(timeline& t, place const& p, bool just_ran) const
{
    bool const knows = t.has_backlog() || (just_ran && t.waits_long());
    auto const now = knows && !is_watched() ? t.last_reading() : read_clock(t.clock());
    nanoseconds stepped{0};
    if (t.begun())
        stepped = t.update(now);
    else
        t.begin(now);
    bool const yields = p.burst >= (t.back_to_back() ? 1 : attempts_per_turn);
    return {.now = now,
            .clock = t.clock(),
            .stepped = stepped,
            .yields = yields,
            .what_now = yields ? verdict{} : t.decide(now)};
}

/// The same for a schedule of instants, which is the user's and is asked without the lock.
TASKS_DECL loop_core::answer loop_core::ask(std::unique_lock<mutex>& lock, asked_timeline::retired& old,
                                            place const& p, bool just_ran)
{
    answer a;
    auto const wanted = [this] { return !no_more_iterations(); };
    auto const ask = [&](timeline& t) { a = consult(t, p, just_ran); };
    a.gave_up = !timeline_.ask(lock, old, wanted, ask);
    return a;
}

/// What the observer is to be told of a decision, once the mutex is free.
struct loop_core::news {
    std::vector<untold_slots> earlier; ///< of calls that changed something
    untold_slots passed;
};

/// `get_answer(just_ran)` is the answer of the timeline, if that has to be asked.
template <class GetAnswer>
step loop_core::decide(place& p, news* n, GetAnswer get_answer)
{
    if (p.now == place::stage::backing_off && !cancel_) {
        if (queue_->steady() < p.wait_until) {
            p.burst = 0;
            return step::wait;
        }
        if (p.burst >= attempts_per_turn) {
            p.burst = 0;
            return step::yield;
        }
        p.now = place::stage::attempting;
        ++p.burst;
        ++p.it.attempt;
        return step::call;
    }
    bool const just_ran = p.now != place::stage::free;
    if (just_ran)
        iteration_over(p);

    if (body_.can_expire && !no_more_iterations() && body_expired())
        stop_ = true;
    if (no_more_iterations() || (leader_ && leader_ != &p))
        return leave_loop(p);

    if (timeline_.is_contended()) {
        p.burst = 0;
        return step::yield;
    }

    leader_ = &p;
    auto const a = get_answer(just_ran);
    if (a.gave_up)
        return leave_loop(p);
    auto const& v = a.what_now;
    if (n)
        n->passed = {
            .slots = v.passed, .clock = a.clock, .at = a.now, .number = started_, .stepped = a.stepped};
    if (a.yields) {
        p.burst = 0;
        return step::yield;
    }

    switch (v.what) {
    case verdict::action::exhausted:
        if (in_flight_ == 0)
            return leave_loop(p);
        p.burst = 0; // a change of the schedule may bring further slots
        p.wait_clock = clock_kind::steady;
        p.wait_until = never;
        return step::wait;
    case verdict::action::wait:
        p.burst = 0;
        p.wait_clock = a.clock;
        p.wait_until = v.slot;
        return step::wait;
    case verdict::action::run: break;
    }

    leader_ = nullptr;
    p.now = place::stage::attempting;
    ++p.burst;
    ++in_flight_;
    if (is_watched())
        p.it = to_iteration(v, started_, a.clock, a.now);
    else
        p.it.attempt = 0;
    ++started_;
    p.has_backlog = timeline_->has_backlog() && !is_watched() && !body_.can_expire && overlap_.limit() == 1;
    return step::call;
}

TASKS_DECL step loop_core::next_in_loop(place& p)
{
    bool another_place = false;
    step next;
    if (is_observed()) {
        news n;
        next = decide_next(p, &n, another_place);
        tell_untold(n.earlier);
        tell_passed(n.passed);
        if (next == step::call && p.it.attempt == 0)
            tell(&observer_table::slot, slot_decided{.loop = name(),
                                                     .what = decision::ran,
                                                     .cause = miss_cause::none,
                                                     .first = p.it.slot,
                                                     .last = p.it.slot,
                                                     .count = 1,
                                                     .number = p.it.number,
                                                     .lateness = p.it.lateness});
    } else {
        next = decide_next(p, nullptr, another_place);
    }
    if (another_place)
        promote();
    return next;
}

TASKS_DECL step loop_core::decide_next(place& p, news* n, bool& another_place)
{
    {
        std::scoped_lock lock{mutex_};
        if (timeline_->clock() == clock_kind::steady) { // an interval is no code of the user's
            auto const get_answer = [&](bool just_ran) { return consult(timeline_.touch(), p, just_ran); };
            return decided(decide(p, n, get_answer), p, n, another_place);
        }
    }
    return decide_asking(p, n, another_place);
}

/// The same for a schedule of instants, which is the user's.
TASKS_DECL step loop_core::decide_asking(place& p, news* n, bool& another_place)
{
    asked_timeline::retired old;
    step next;
    std::unique_lock lock{mutex_};
    try {
        next = decide(p, n, [&](bool just_ran) { return ask(lock, old, p, just_ran); });
    } catch (...) {
        if (!lock.owns_lock())
            lock.lock();
        fail(p, std::current_exception()); // of the schedule
        next = leave_loop(p);
    }
    return decided(next, p, n, another_place);
}

TASKS_DECL step loop_core::decided(step next, place& p, news* n, bool& another_place) noexcept
{
    if (n) // what another thread adds from here on is told behind this decision
        n->earlier.swap(own_extra()->untold);
    p.asleep = next == step::wait;
    another_place =
        next == step::call && p.it.attempt == 0 && overlap_.allows(in_flight_) && !count_reached();
    return next;
}

TASKS_DECL asio::awaitable<void> loop_core::call_body(place& p)
{
    p.interruptible = true;
    if (p.failures != 0)
        p.retry_began = queue_->steady();
    if (is_observed())
        tell(&observer_table::attempt_begun, attempt_begun{.loop = name(), .it = p.it});
    if (gone())
        return done();
    return invoke_body(p.it, arguments_.get());
}

TASKS_DECL void loop_core::attempt_succeeded(place& p)
{
    if (is_observed())
        tell(&observer_table::attempt_ended,
             attempt_ended{.loop = name(), .it = p.it, .what = outcome::succeeded, .exception = nullptr});
}

TASKS_DECL void loop_core::attempt_failed(place& p, std::exception_ptr failure)
{
    if (gone())
        return;
    bool cancelled;
    {
        std::scoped_lock lock{mutex_};
        cancelled = cancel_;
    }
    bool const is_cancellation = cancelled && is_operation_aborted(failure);
    tell(&observer_table::attempt_ended,
         attempt_ended{.loop = name(),
                       .it = p.it,
                       .what = is_cancellation ? outcome::cancelled : outcome::failed,
                       .exception = failure});
    if (is_cancellation)
        return;

    auto fatal = failure;
    try {
        if (is_handled(failure)) {
            if (!cancelled) // or else it is dropped
                back_off(p, failure);
            return;
        }
    } catch (...) {
        fatal = std::current_exception(); // of the predicate or the back-off
    }
    std::scoped_lock lock{mutex_};
    fail(p, std::move(fatal));
}

TASKS_DECL bool loop_core::is_handled(std::exception_ptr const& failure) const
{
    if (!reconnect_)
        return false;
    auto const types = handled();
    return types ? types->match(failure) : handled_errors{}.match(failure);
}

TASKS_DECL void loop_core::back_off(place& p, std::exception_ptr const& failure)
{
    // Of a first attempt it does not matter how long it lasted, because no failure precedes it.
    auto const lasted = p.failures == 0 ? nanoseconds::zero() : queue_->steady() - p.retry_began;
    p.failures = failures_in_a_row(p.failures, lasted, backoff_.reset_after());
    auto const delay = backoff_.next(p.failures);
    tell(&observer_table::retry,
         retry_scheduled{
             .loop = name(), .it = p.it, .delay = delay, .failures = p.failures, .exception = failure});
    p.now = place::stage::backing_off;
    p.wait_clock = clock_kind::steady;
    p.wait_until = saturating_add(queue_->steady(), delay);
}

TASKS_DECL void loop_core::wait_failed(place& p, std::exception_ptr failure) noexcept
{
    std::scoped_lock lock{mutex_};
    if (p.now == place::stage::backing_off)
        p.now = place::stage::attempting; // there will be no retry
    fail(p, std::move(failure));
}

TASKS_DECL step loop_core::next_behind_loop(place& p)
{
    if (p.now == place::stage::free && wants_error_hook(p)) {
        p.now = place::stage::error_hook;
        return step::call;
    }
    if (p.now == place::stage::after_hook || !last_one_out(p))
        return step::leave;
    p.now = place::stage::after_hook;
    return step::call;
}

TASKS_DECL bool loop_core::wants_error_hook(place& p)
{
    if (gone())
        return false;
    switch (p.error_kind) {
    case place::problem::error_hook_lost: hook_threw(hook::error, p.error); break;
    case place::problem::further:
        report("further fatal error of a run that has already failed", p.error);
        break;
    case place::problem::fatal:
        if (extra().error)
            return true;
        report("fatal error, and no error hook", p.error);
        break;
    case place::problem::none:
    case place::problem::after_hook_lost: break;
    }
    return false;
}

TASKS_DECL bool loop_core::last_one_out(place& p)
{
    if (gone())
        return false;
    ref<place> linked;
    untold_slots left{};
    std::vector<untold_slots> untold;
    std::optional<timeline> ended;
    {
        std::scoped_lock lock{mutex_};
        if (occupied_ > 1) {
            linked = unlink(p);
            return false;
        }
        auto const first_time = std::exchange(phase_, phase::closing) != phase::closing;
        if (is_observed()) {
            untold.swap(own_extra()->untold);
            left = {.slots = {}, .clock = timeline_->clock(), .at = queue_->now(), .number = started_};
            if (first_time && timeline_->begun())
                ended = *timeline_;
        }
    }
    if (is_observed()) {
        tell_untold(untold);
        if (ended)
            left.slots = ended->overdue(left.at, miss_cause::ended);
        tell_passed(left);
    }
    return true;
}

TASKS_DECL void loop_core::finish(place& p, std::exception_ptr after_failure) noexcept
{
    if (!gone())
        end_run(&p, std::move(after_failure));
}

TASKS_DECL void loop_core::end_run(place* last, std::exception_ptr after_failure) noexcept
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
    ref<place> linked;
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
        observer = extra().observer;
        timeline_.touch().reset();
        if (auto* const own = own_extra())
            own->untold.clear();
        started_ = 0;
        restarting = restarted_ = restart_;
        stop_ = cancel_ = restart_ = false;
        phase_ = phase::idle;
        former.swap(arguments_);
        if (restarting)
            replaced = set_starting(next_arguments_);
    }
    tell(observer, &observer_table::run_ended,
         run_ended{.loop = name(), .reason = reason, .exception = ended.exception});
    if (restarting) {
        try {
            post_launch();
            tell(observer, &observer_table::run_started, run_started{.loop = name(), .restarted = true});
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
