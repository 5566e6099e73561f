// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/posting.hpp>
#include <tasks/detail/run.hpp>
#include <tasks/errors.hpp>
#include <tasks/log.hpp>

#include <algorithm>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// After so many attempts in a row the executor gets a turn, should the loop never have to wait.
inline constexpr unsigned attempts_per_turn = 64;

/// What a decision leaves to be done once the mutex is released.
struct loop_core::decided {
    verdict what;
    moment now;
    clock_kind clock = clock_kind::steady;
    nanoseconds stepped{0};
    std::uint64_t number = 0;
    bool promote = false;
};

// What is posted to the executor.

/// The first step of a run. Tells the core if it is destroyed instead.
class launch_op {
public:
    explicit launch_op(ref<loop_core> core) noexcept
        : core_{std::move(core)}
    {
    }
    launch_op(launch_op&&) noexcept = default;
    launch_op& operator=(launch_op&&) = delete;
    ~launch_op()
    {
        if (core_ && !being_posted(core_.get()))
            core_->drop_run();
    }
    void operator()() { std::exchange(core_, {})->launch(); }

private:
    ref<loop_core> core_;
};

/// The first step of an additional place.
class occupy_op {
public:
    explicit occupy_op(ref<place> p) noexcept
        : place_{std::move(p)}
    {
    }
    occupy_op(occupy_op&&) noexcept = default;
    occupy_op& operator=(occupy_op&&) = delete;
    ~occupy_op()
    {
        if (place_ && !being_posted(place_.get()))
            place_->core->place_lost(*place_);
    }
    void operator()()
    {
        auto p = std::exchange(place_, {});
        auto& core = *p->core;
        core.occupy(std::move(p));
    }

private:
    ref<place> place_;
};

TASKS_DECL loop_core::loop_core(asio::any_io_executor executor, options o)
    : gated{ungated(executor)}
    , queue_{timer_queue::of(this->executor())}
    , io_context_{target_of<asio::io_context::executor_type>(this->executor())}
    , timeline_{(check(o), std::move(o.every)), o.missed}
    , count_{o.count}
    , backoff_{std::move(o.backoff)}
    , name_{std::move(o.name)}
    , overlap_{o.overlap}
    , reconnect_{o.reconnect}
{
    if (!io_context_) // that executor is but a pointer; others may hold on to the context, as a strand does
        queue_->add_user(*this);
}

TASKS_DECL loop_core::~loop_core()
{
    if (!io_context_)
        queue_->remove_user(*this);
}

// Control, from any thread.

TASKS_DECL void loop_core::begin_run(arguments& args)
{
    post_for(this, executor(), launch_op{ref{this}});
    arguments_.swap(args);
    phase_ = phase::starting;
    exception_ = nullptr;
    failed_ = false;
}

TASKS_DECL void loop_core::begin_first_run(arguments& args)
{
    queue_->add_client(executor());
    try {
        begin_run(args);
    } catch (...) {
        queue_->remove_client();
        throw;
    }
}

// What is replaced leaves through the parameters: it is the user's, and is destroyed when the mutex is free again.

TASKS_DECL void loop_core::start(arguments args)
{
    std::scoped_lock lock{mutex_};
    require_idle("start()");
    begin_first_run(args);
}

TASKS_DECL void loop_core::start_and_join(arguments args, ref<joiner> j)
{
    std::scoped_lock lock{mutex_};
    require_idle("async_run()");
    begin_first_run(args);
    joiners_.push(std::move(j));
}

TASKS_DECL void loop_core::restart(arguments args)
{
    std::scoped_lock lock{mutex_};
    if (phase_ == phase::idle) {
        begin_first_run(args);
        return;
    }
    if (can_be_cancelled())
        request_cancel();
    next_arguments_.swap(args);
    restart_ = true;
}

TASKS_DECL void loop_core::stop() noexcept
{
    std::scoped_lock lock{mutex_};
    restart_ = false;
    if (!can_be_cancelled() || stop_)
        return;
    stop_ = true;
    wake_all();
}

TASKS_DECL void loop_core::cancel()
{
    std::scoped_lock lock{mutex_};
    if (can_be_cancelled())
        request_cancel();
    restart_ = false;
}

TASKS_DECL void loop_core::request_cancel()
{
    if (cancel_)
        return;
    if (occupied_ != 0)
        asio::post(executor(), [self = ref{this}] { self->emit_cancellation(); });
    cancel_ = true;
    wake_all();
}

TASKS_DECL void loop_core::change_interval(schedule every)
{
    check(every, overlap_);
    std::scoped_lock lock{mutex_};
    if (!timeline_.begun()) {
        timeline_.change(std::move(every), {});
        return;
    }
    auto const now = queue_->look();
    auto const clock = timeline_.clock();
    if (observer_)
        untold_.reserve(untold_.size() + 1);
    timeline_.look(now);
    auto const passed = timeline_.change(std::move(every), now);
    if (observer_ && passed.count != 0)
        untold_.push_back({.slots = passed, .clock = clock, .at = now, .number = started_});
    if (leader_)
        queue_->wake(*leader_);
}

TASKS_DECL void loop_core::require_idle(char const* what) const
{
    if (phase_ != phase::idle)
        throw already_running{"tasks: loop '" + name_ + "': " + what +
                              " needs an idle loop, and a run is in progress (restart() replaces a run)"};
}

TASKS_DECL void loop_core::set_before(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("before_loop()");
    std::swap(before_, h);
}

TASKS_DECL void loop_core::set_after(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("after_loop()");
    std::swap(after_, h);
}

TASKS_DECL void loop_core::set_error(hook_function<std::exception_ptr> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("error()");
    std::swap(error_, h);
}

TASKS_DECL void loop_core::set_observer(attached_observer o)
{
    std::scoped_lock lock{mutex_};
    require_idle("observe()");
    std::swap(observer_, o);
}

TASKS_DECL bool loop_core::can_be_cancelled() const noexcept
{
    return phase_ == phase::starting || open_ != 0;
}

TASKS_DECL void loop_core::wake_all() noexcept
{
    for (auto* p = places_; p; p = p->next_in_run)
        queue_->wake(*p);
}

// Questions, from any thread.

TASKS_DECL std::uint64_t loop_core::current_loop() const
{
    std::scoped_lock lock{mutex_};
    if (phase_ == phase::closing && count_reached() && !failed_ && !cancel_)
        return started_;
    return started_ == 0 ? 0 : started_ - 1;
}

TASKS_DECL std::optional<time_point> loop_core::next_iteration() const
{
    std::scoped_lock lock{mutex_};
    if (phase_ != phase::running || !timeline_.begun() || no_more_iterations())
        return std::nullopt;
    auto const next = timeline_.upcoming();
    if (!next)
        return std::nullopt;
    return on_the_wall(*next, timeline_.clock(), queue_->look());
}

TASKS_DECL bool loop_core::is_running() const
{
    std::scoped_lock lock{mutex_};
    return phase_ != phase::idle;
}

TASKS_DECL bool loop_core::failed() const
{
    std::scoped_lock lock{mutex_};
    return failed_;
}

TASKS_DECL std::exception_ptr loop_core::exception() const
{
    std::scoped_lock lock{mutex_};
    return exception_;
}

TASKS_DECL bool loop_core::is_being_cancelled() const
{
    std::scoped_lock lock{mutex_};
    return cancel_;
}

TASKS_DECL schedule loop_core::every() const
{
    std::scoped_lock lock{mutex_};
    return timeline_.when();
}

TASKS_DECL bool loop_core::count_reached() const noexcept
{
    return count_ && started_ >= static_cast<std::uint64_t>(*count_);
}

TASKS_DECL bool loop_core::no_more_iterations() const noexcept
{
    return stop_ || cancel_ || failed_ || count_reached();
}

TASKS_DECL moment loop_core::look() const noexcept
{
    // A second clock costs; an interval that nobody watches does without.
    if (timeline_.clock() == clock_kind::wall || observer_ || body_wants_iteration())
        return queue_->look();
    return {.steady = queue_->steady()};
}

// Joining.

TASKS_DECL void loop_core::join(ref<joiner> j)
{
    std::exception_ptr exception;
    {
        std::scoped_lock lock{mutex_};
        if (phase_ != phase::idle) {
            joiners_.push(std::move(j));
            return;
        }
        exception = exception_;
    }
    j->complete(std::move(exception));
}

TASKS_DECL void loop_core::leave_join(joiner const& j) noexcept
{
    ref<joiner> left;
    {
        std::scoped_lock lock{mutex_};
        left = joiners_.take(j);
    }
    if (left)
        left->complete(std::make_exception_ptr(system_error{asio::error::operation_aborted}));
}

TASKS_DECL void loop_core::abandon() noexcept
{
    joiner_list joiners;
    {
        std::scoped_lock lock{mutex_};
        close();
        joiners = std::move(joiners_);
        restart_ = false;
        wake_all();
        if (occupied_ != 0 && !queue_->closed()) {
            try {
                asio::post(executor(), [self = ref{this}] { self->emit_cancellation(); });
            } catch (...) {
                // Then what the body waits for has to end by itself; the gate stays closed behind it.
            }
        }
    }
    if (!queue_->closed())
        joiners.complete(std::make_exception_ptr(
            abandoned{"tasks: loop '" + name_ + "' was destroyed while it was waited for"}));
}

TASKS_DECL asio::awaitable<void> loop_core::call_directly(iteration& it, void const* args)
{
    auto const now = queue_->look();
    it.number = current_loop();
    it.slot = it.start = time_point{now.wall};
    it.cause = cause::direct;
    return invoke_body(it, args);
}

// The run, on the executor.

TASKS_DECL void loop_core::launch()
{
    ref<place> p;
    std::exception_ptr problem;
    try {
        p = ref{new place{ref{this}}};
        p->opens_the_run = true;
    } catch (...) {
        problem = std::current_exception();
    }
    bool restarted;
    bool cancelled;
    {
        std::scoped_lock lock{mutex_};
        restarted = restarted_;
        cancelled = cancel_;
        if (problem && !cancelled) {
            failed_ = true;
            exception_ = problem;
        } else if (!cancelled && !gone()) {
            phase_ = phase::running;
            link(*p);
        }
    }
    if (gone()) {
        drop_run();
        return;
    }
    if (!restarted)
        tell(&observer_table::run_started, run_started{.loop = name_, .restarted = false});
    if (problem && !cancelled)
        report("the run could not begin", problem);
    if (problem || cancelled)
        end_run(nullptr, nullptr);
    else
        spawn(std::move(p));
}

TASKS_DECL void loop_core::drop_run() noexcept
{
    joiner_list joiners;
    {
        std::scoped_lock lock{mutex_};
        phase_ = phase::idle;
        started_ = 0;
        stop_ = cancel_ = restart_ = restarted_ = false;
        timeline_.reset();
        failed_ = true;
        exception_ = std::make_exception_ptr(
            abandoned{"tasks: the execution context of loop '" + name_ + "' went away"});
        joiners = std::move(joiners_);
    }
    joiners.discard();
    queue_->remove_client();
}

TASKS_DECL void loop_core::spawn(ref<place> p)
{
    try {
        start_coroutine(std::move(p));
    } catch (...) {
        // The coroutine was destroyed, which has been told through place_lost.
    }
}

TASKS_DECL void loop_core::occupy(ref<place> p)
{
    if (gone())
        place_lost(*p);
    else
        spawn(std::move(p));
}

TASKS_DECL void loop_core::post_occupation(ref<place> p)
{
    auto* const object = p.get();
    auto const& executor = p->core->executor();
    post_for(object, executor, occupy_op{std::move(p)});
}

/// Another place waits for the next slot while the present one works.
TASKS_DECL void loop_core::promote() noexcept
{
    ref<place> p;
    try {
        p = ref{new place{ref{this}}};
        queue_->add_client(executor());
        p->owns_client = true;
        p->now = place::stage::free;
        {
            std::scoped_lock lock{mutex_};
            link(*p);
            leader_ = p.get();
        }
        post_occupation(p);
    } catch (...) {
        // No memory: the next place that gets free takes the next slot, and the slots in between are missed.
        if (p && p->owns_client)
            withdraw(*p);
    }
}

/// Takes back a place whose coroutine could not be started.
TASKS_DECL void loop_core::withdraw(place& p) noexcept
{
    std::scoped_lock lock{mutex_};
    if (leader_ == &p)
        leader_ = nullptr;
    --open_;
    unlink(p);
}

TASKS_DECL void loop_core::link(place& p) noexcept
{
    auto** last = &places_;
    while (*last)
        last = &(*last)->next_in_run;
    *last = &p;
    ++occupied_;
    if (!p.left_the_loop)
        ++open_;
}

TASKS_DECL void loop_core::unlink(place& p) noexcept
{
    for (auto** at = &places_; *at; at = &(*at)->next_in_run) {
        if (*at == &p) {
            *at = p.next_in_run;
            break;
        }
    }
    p.next_in_run = nullptr;
    p.finished = true;
    --occupied_;
    if (p.owns_client)
        queue_->remove_client();
}

TASKS_DECL asio::awaitable<void> loop_core::call_before_hook(place& p)
{
    p.now = place::stage::before_hook;
    p.interruptible = true;
    return before_();
}

TASKS_DECL void loop_core::before_hook_ended(place& p, std::exception_ptr failure)
{
    p.interruptible = false;
    p.now = place::stage::free;
    if (!failure || gone())
        return;
    {
        std::scoped_lock lock{mutex_};
        if (cancel_ && is_operation_aborted(failure))
            return;
        fail(p, failure);
    }
    tell(&observer_table::hook_failed,
         hook_failed{.loop = name_, .which = hook::before, .exception = failure});
}

TASKS_DECL void loop_core::fail(place& p, std::exception_ptr exception) noexcept
{
    if (failed_) {
        p.unheard = std::move(exception);
        return;
    }
    failed_ = true;
    exception_ = exception;
    p.fatal = std::move(exception);
    wake_all();
}

TASKS_DECL step loop_core::next_step(place& p)
{
    if (gone())
        return step::vanish;
    decided made;
    step next;
    {
        std::scoped_lock lock{mutex_};
        try {
            next = decide(p, made);
        } catch (...) {
            fail(p, std::current_exception()); // of the schedule
            next = leave_loop(p);
        }
    }
    if (observer_) {
        using namespace std::chrono_literals;
        tell_untold();
        if (made.stepped <= -1s || made.stepped >= 1s)
            tell(&observer_table::clock_stepped, clock_stepped{.loop = name_, .step = made.stepped});
        tell_passed({.slots = made.what.passed, .clock = made.clock, .at = made.now, .number = made.number});
        if (next == step::attempt && p.it.attempt == 0)
            tell(&observer_table::slot, slot_decided{.loop = name_,
                                                     .what = decision::ran,
                                                     .cause = miss_cause::none,
                                                     .first = p.it.slot,
                                                     .last = p.it.slot,
                                                     .count = 1,
                                                     .number = p.it.number,
                                                     .lateness = p.it.lateness});
    }
    if (made.promote)
        promote();
    return next;
}

TASKS_DECL void loop_core::iteration_over(place& p) noexcept
{
    p.now = place::stage::free;
    p.failures = 0;
    --in_flight_;
    if (timeline_.back_to_back())
        timeline_.ended(look());
}

TASKS_DECL step loop_core::leave_loop(place& p) noexcept
{
    if (leader_ == &p)
        leader_ = nullptr;
    p.left_the_loop = true;
    --open_;
    return step::leave;
}

TASKS_DECL step loop_core::decide(place& p, decided& made)
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
        return step::attempt;
    }
    if (p.now != place::stage::free)
        iteration_over(p);

    if (!no_more_iterations() && body_expired())
        stop_ = true;
    if (no_more_iterations() || (leader_ && leader_ != &p))
        return leave_loop(p);

    leader_ = &p;
    auto const now = look();
    if (!timeline_.begun())
        timeline_.begin(now);
    else
        made.stepped = timeline_.look(now);
    if (p.burst >= (timeline_.back_to_back() ? 1 : attempts_per_turn)) {
        p.burst = 0;
        return step::yield;
    }

    made.now = now;
    made.clock = timeline_.clock();
    made.number = started_;
    made.what = timeline_.decide(now);
    auto const& v = made.what;
    switch (v.what) {
    case verdict::action::exhausted: return leave_loop(p);
    case verdict::action::wait:
        p.burst = 0;
        p.wait_clock = made.clock;
        p.wait_until = v.slot;
        return step::wait;
    case verdict::action::run: break;
    }

    leader_ = nullptr;
    p.now = place::stage::attempting;
    ++p.burst;
    ++in_flight_;
    p.it = {.number = started_++,
            .slot = on_the_wall(v.slot, made.clock, now),
            .start = time_point{now.wall},
            .lateness = now.on(made.clock) - v.slot,
            .attempt = 0,
            .coalesced = v.coalesced,
            .cause = v.cause};
    made.promote = !count_reached() && overlap_.allows(in_flight_);
    return step::attempt;
}

TASKS_DECL asio::awaitable<void> loop_core::call_body(place& p)
{
    p.interruptible = true;
    tell(&observer_table::attempt_begun, attempt_begun{.loop = name_, .it = p.it});
    return invoke_body(p.it, arguments_.get());
}

TASKS_DECL void loop_core::attempt_ended(place& p, std::exception_ptr failure)
{
    p.interruptible = false;
    if (gone())
        return;
    auto const ended = [&](outcome what) {
        tell(&observer_table::attempt_ended,
             tasks::attempt_ended{.loop = name_, .it = p.it, .what = what, .exception = failure});
    };
    if (!failure) {
        ended(outcome::succeeded);
        return;
    }

    bool cancelled;
    std::shared_ptr<handled_errors const> handled;
    {
        std::scoped_lock lock{mutex_};
        cancelled = cancel_;
        handled = handled_;
    }
    if (cancelled && is_operation_aborted(failure)) {
        ended(outcome::cancelled);
        return;
    }
    ended(outcome::failed);

    auto fatal = failure;
    try {
        if (reconnect_ && (handled ? *handled : handled_errors{}).match(failure)) {
            if (cancelled)
                return; // not retried, but dropped
            auto const delay = backoff_.next(++p.failures);
            tell(
                &observer_table::retry,
                retry_scheduled{
                    .loop = name_, .it = p.it, .delay = delay, .failures = p.failures, .exception = failure});
            p.now = place::stage::backing_off;
            p.wait_clock = clock_kind::steady;
            p.wait_until = later(queue_->steady(), delay);
            return;
        }
    } catch (...) {
        fatal = std::current_exception(); // of the predicate or the back-off
    }
    std::scoped_lock lock{mutex_};
    fail(p, std::move(fatal));
}

TASKS_DECL void loop_core::wait_failed(place& p, std::exception_ptr failure) noexcept
{
    std::scoped_lock lock{mutex_};
    if (p.now == place::stage::backing_off)
        p.now = place::stage::attempting; // there will be no retry
    fail(p, std::move(failure));
}

TASKS_DECL bool loop_core::wants_error_hook(place& p)
{
    if (gone())
        return false;
    if (p.unheard)
        report("further fatal error of a run that has already failed", p.unheard);
    if (!p.fatal)
        return false;
    if (error_)
        return true;
    report("fatal error, and no error hook", p.fatal);
    return false;
}

TASKS_DECL asio::awaitable<void> loop_core::call_error_hook(place& p)
{
    p.now = place::stage::error_hook;
    return error_(p.fatal);
}

TASKS_DECL void loop_core::error_hook_ended(place&, std::exception_ptr failure) noexcept
{
    if (failure)
        hook_threw(hook::error, failure);
}

TASKS_DECL bool loop_core::last_one_out(place& p)
{
    if (gone())
        return false;
    untold_slots left{};
    {
        std::scoped_lock lock{mutex_};
        if (occupied_ > 1) {
            unlink(p);
            return false;
        }
        phase_ = phase::closing;
        if (observer_ && timeline_.begun()) {
            left = {.slots = {}, .clock = timeline_.clock(), .at = queue_->look(), .number = started_};
            try {
                left.slots = timeline_.overdue(left.at, miss_cause::ended);
            } catch (...) {
                // The schedule threw; if that matters it has failed the run already.
            }
        }
    }
    if (observer_) {
        tell_untold();
        tell_passed(left);
    }
    return true;
}

TASKS_DECL asio::awaitable<void> loop_core::call_after_hook(place& p)
{
    p.now = place::stage::after_hook;
    return after_();
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
    exit_reason reason;
    std::exception_ptr exception;
    std::exception_ptr no_restart;
    bool restarting = false;
    arguments former;
    arguments next;
    {
        std::scoped_lock lock{mutex_};
        if (after_failure && !failed_) {
            failed_ = true;
            exception_ = after_failure;
        }
        reason = failed_ ? exit_reason::failed : cancel_ ? exit_reason::cancelled : exit_reason::completed;
        exception = exception_;
        if (last)
            unlink(*last);
        joiners = std::move(joiners_);
        restarting = restart_;
        timeline_.reset();
        untold_.clear();
        started_ = 0;
        stop_ = cancel_ = restart_ = restarted_ = false;
        phase_ = phase::idle;
        former.swap(arguments_);
        next.swap(next_arguments_);
        if (restarting) {
            try {
                begin_run(next);
                restarted_ = true;
            } catch (...) {
                no_restart = std::current_exception();
                restarting = false;
            }
        }
    }
    tell(&observer_table::run_ended, run_ended{.loop = name_, .reason = reason, .exception = exception});
    if (restarting)
        tell(&observer_table::run_started, run_started{.loop = name_, .restarted = true});
    if (no_restart)
        report("the loop could not be restarted", no_restart);
    joiners.complete(exception);
    if (!restarting)
        queue_->remove_client();
}

TASKS_DECL void loop_core::place_lost(place& p) noexcept
{
    bool last;
    bool quietly;
    {
        std::scoped_lock lock{mutex_};
        if (leader_ == &p)
            leader_ = nullptr;
        if (!p.left_the_loop)
            --open_;
        if (p.now == place::stage::attempting || p.now == place::stage::backing_off)
            --in_flight_;
        unlink(p);
        last = occupied_ == 0;
        quietly = gone() || queue_->closed();
    }
    if (quietly) {
        if (last)
            drop_run();
        return;
    }

    // Whatever the coroutine waited for destroyed its handler. The run must not end in silence.
    auto const lost = std::make_exception_ptr(
        abandoned{"tasks: what loop '" + name_ + "' was waiting for was destroyed without completing"});
    if (p.now == place::stage::after_hook) {
        end_run(nullptr, lost);
        return;
    }
    std::exception_ptr fatal;
    if (p.now == place::stage::error_hook) {
        hook_threw(hook::error, lost);
    } else {
        std::scoped_lock lock{mutex_};
        fail(p, lost);
        fatal = p.fatal;
    }
    if (p.unheard)
        report("further fatal error of a run that has already failed", p.unheard);
    if (p.mourns) {
        if (last)
            end_run(nullptr, nullptr);
        return;
    }
    mourn(fatal);
}

/// A new place in the stead of a lost one, to call the hooks that are due.
TASKS_DECL void loop_core::mourn(std::exception_ptr fatal) noexcept
{
    ref<place> p;
    try {
        p = ref{new place{ref{this}}};
        p->mourns = true;
        p->now = place::stage::free;
        p->fatal = fatal;
        {
            std::scoped_lock lock{mutex_};
            link(*p);
        }
        post_occupation(p);
    } catch (...) {
        if (fatal)
            report("fatal error, and no memory for the hooks", fatal);
        if (p)
            withdraw(*p);
        bool last;
        {
            std::scoped_lock lock{mutex_};
            last = occupied_ == 0;
        }
        if (last)
            end_run(nullptr, nullptr);
    }
}

TASKS_DECL void loop_core::emit_cancellation() noexcept
{
    for (;;) {
        ref<place> victim;
        {
            std::scoped_lock lock{mutex_};
            if (!cancel_ && !gone())
                return;
            auto* p = places_;
            while (p && (p->was_interrupted || !(p->interruptible || gone())))
                p = p->next_in_run;
            if (!p)
                return;
            p->was_interrupted = true;
            victim = ref{p};
        }
        try {
            victim->cancellation.emit(asio::cancellation_type::terminal);
        } catch (...) {
            report("a cancellation handler threw", std::current_exception());
        }
    }
}

// Telling.

template <class Event>
void loop_core::tell(void (*observer_table::*function)(void*, Event const&),
                     Event const& event) const noexcept
{
    if (!observer_ || gone())
        return;
    if (auto* const f = observer_.table->*function) {
        try {
            f(observer_.object.get(), event);
        } catch (...) {
            report("an observer threw", std::current_exception());
        }
    }
}

TASKS_DECL void loop_core::tell_passed(untold_slots const& passed) const noexcept
{
    auto const& s = passed.slots;
    if (s.count == 0)
        return;
    tell(&observer_table::slot, slot_decided{.loop = name_,
                                             .what = s.what,
                                             .cause = s.cause,
                                             .first = on_the_wall(s.first, passed.clock, passed.at),
                                             .last = on_the_wall(s.last, passed.clock, passed.at),
                                             .count = s.count,
                                             .number = passed.number,
                                             .lateness = passed.at.on(passed.clock) - s.last});
}

TASKS_DECL void loop_core::tell_untold() noexcept
{
    std::vector<untold_slots> untold;
    {
        std::scoped_lock lock{mutex_};
        untold.swap(untold_);
    }
    for (auto const& u : untold)
        tell_passed(u);
}

TASKS_DECL void loop_core::hook_threw(tasks::hook which, std::exception_ptr const& exception) noexcept
{
    tell(&observer_table::hook_failed, hook_failed{.loop = name_, .which = which, .exception = exception});
    report(which == hook::after ? "the after hook threw" : "the error hook threw", exception);
}

TASKS_DECL void loop_core::report(std::string_view what, std::exception_ptr const& exception) const noexcept
{
    detail::report({.loop = name_, .what = what, .exception = exception});
}

} // namespace detail
TASKS_END_NAMESPACE
