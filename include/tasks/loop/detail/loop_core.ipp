// SPDX-License-Identifier: MIT
#pragma once

// The functions that change a loop, and may be called from any thread.

#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/detail/make_exception.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL loop_core::loop_core(asio::any_io_executor executor, options o, body_kind body)
    : gated{ungated(executor)}
    , queue_{timer_queue::of(this->executor())}
    , io_context_{target_of<asio::io_context::executor_type>(this->executor())}
    , strand_{strand_impl_of(this->executor())}
    , body_{body}
    , reconnect_{o.reconnect}
    , run_{(check(o), std::move(o.every)), rules_of(o), o.overlap, o.count, o.on_error}
{
    if (!o.name.empty() || !o.backoff.is_default() || o.jitter || o.timeout || o.retries || o.expect) {
        auto made = std::make_unique<optional_parts>();
        made->name = std::move(o.name);
        made->backoff = std::move(o.backoff);
        made->jitter = std::move(o.jitter);
        if (o.timeout)
            made->timeout = *o.timeout;
        if (o.retries)
            made->retries = static_cast<std::uint64_t>(*o.retries);
        if (o.expect)
            made->record = new loop_record{*o.expect, queue_->now(), 0, false};
        parts_ = made.release();
    }
    // Those two are only pointers. Another executor may own parts of the context, as a strand of Asio does.
    if (!io_context_ && !strand_)
        queue_->add_listener(*this);
}

TASKS_DECL loop_core::~loop_core()
{
    assert_unlocked();
    if (!io_context_ && !strand_)
        queue_->remove_listener(*this);
    delete parts_.load();
}

// Replaced objects are swapped into a parameter, or into a local declared before the lock, because they
// belong to the user and must not be destroyed with the mutex held.

TASKS_DECL void loop_core::start(arguments args)
{
    if (!try_begin_run(args, {}))
        throw_already_running("start()");
}

TASKS_DECL void loop_core::require_no_arguments(char const* what) const
{
    if (body_.takes_arguments)
        throw std::logic_error{"tasks: loop '" + name() + "': " + what +
                               " cannot pass the arguments that the body takes; call start() of the loop "
                               "itself, which takes them"};
}

TASKS_DECL void loop_core::start_without_arguments()
{
    require_no_arguments("start()");
    start(nullptr);
}

TASKS_DECL void loop_core::restart_without_arguments()
{
    require_no_arguments("restart()");
    restart(nullptr);
}

TASKS_DECL void loop_core::start_and_join(arguments args, ref<joiner> j)
{
    if (!try_begin_run(args, std::move(j)))
        throw_already_running("async_run()");
}

TASKS_DECL bool loop_core::try_begin_run(arguments& args, ref<joiner> j)
{
    bool const joined = static_cast<bool>(j);
    queue_->work_started(executor());
    former_run former;
    bool idle;
    {
        std::scoped_lock lock{mutex_};
        idle = run_.is_idle() && !gone();
        if (idle) {
            former = set_starting(args);
            if (joined)
                joiners_.push_back(std::move(j));
        }
    }
    if (!idle) {
        queue_->work_finished();
        if (gone())
            std::rethrow_exception(loop_was_destroyed());
        return false;
    }
    try {
        post_launch();
    } catch (...) {
        withdraw_run(std::move(former), std::current_exception());
        if (!joined)
            throw;
    }
    return true;
}

TASKS_DECL void loop_core::withdraw_run(former_run former, std::exception_ptr const& why) noexcept
{
    arguments args;
    arguments next_args;
    ended_joiners joiners;
    {
        std::scoped_lock lock{mutex_};
        run_.withdraw(std::move(former));
        note_state();
        args.swap(arguments_);
        take_waiting(joiners, next_args);
    }
    joiners.complete_all(why, executor());
    queue_->work_finished();
}

TASKS_DECL void loop_core::take_waiting(ended_joiners& joiners, arguments& next_args) noexcept
{
    joiners_.move_all_to(joiners);
    if (auto* const own = own_parts()) {
        next_args.swap(own->next_arguments);
        own->requesters.move_all_to(joiners);
    }
}

TASKS_DECL void loop_core::restart(arguments args)
{
    bool emit = false;
    bool replaced = false;
    for (bool pending = false; !pending;) {
        if (!is_running() && try_begin_run(args, {}))
            return;
        std::scoped_lock lock{mutex_};
        if (queue_->closed())
            throw abandoned{"tasks: the execution context is gone"};
        pending = !run_.is_idle();
        if (pending) {
            auto& own = make_parts();
            emit = request_cancel();
            own.next_arguments.swap(args);
            replaced = run_.want_restart(true);
        }
    }
    if (!emit)
        return;
    try {
        post_cancellation();
    } catch (...) {
        std::scoped_lock lock{mutex_};
        own_parts()->next_arguments.swap(args);
        run_.want_restart(replaced);
        throw;
    }
}

TASKS_DECL void loop_core::stop() noexcept
{
    std::scoped_lock lock{mutex_};
    wake_all_if(run_.stop());
    note_state();
}

TASKS_DECL void loop_core::cancel()
{
    bool emit = false;
    {
        std::scoped_lock lock{mutex_};
        emit = request_cancel();
        run_.want_restart(false);
    }
    if (emit)
        post_cancellation();
}

TASKS_DECL bool loop_core::request_cancel() noexcept
{
    if (!run_.cancel())
        return false;
    note_state();
    wake_all();
    return !all_asleep();
}

TASKS_DECL void loop_core::post_cancellation()
{
    assert_unlocked();
    try {
        asio::post(executor(), [self = ref{this}] { self->emit_cancellation(); });
    } catch (...) {
        if (queue_->closed())
            return; // the run ends with its context
        std::scoped_lock lock{mutex_};
        run_.withdraw_cancel();
        throw;
    }
}

TASKS_DECL void loop_core::make_room_for_unreported()
{
    constexpr std::size_t most_at_once = 2;
    auto* const own = own_parts();
    if (own && own->is_observed() && own->unreported.capacity() - own->unreported.size() < most_at_once)
        own->unreported.reserve(2 * own->unreported.size() + most_at_once);
}

TASKS_DECL void loop_core::report_later(unreported_slots const& passed) noexcept
{
    if (is_observed() && (passed.slots.count != 0 || is_step(passed.stepped)))
        own_parts()->unreported.push_back(passed);
}

TASKS_DECL void loop_core::change_interval(schedule every)
{
    check(every, run_.limit());
    retired_timeline old;
    bool begun = false;
    bool paused = false;
    unreported_slots in_pause;
    unreported_slots passed;
    auto const still_wanted = [&] {
        make_room_for_unreported();
        paused = run_.is_paused();
        return true;
    };
    auto const change = [&](timeline& t) {
        begun = t.begun();
        if (!begun) {
            t.change(every, {});
            return;
        }
        auto const now =
            every.has_instants() ? queue_->now() : queue_clocks{*queue_, is_watched()}.read(t.clock());
        in_pause = passed = {.slots = {}, .clock = t.clock(), .at = now};
        if (t.has_pause_to_settle())
            in_pause.slots = t.settle_pause();
        passed.stepped = t.update(now);
        passed.slots = t.change(every, now, paused);
    };

    std::unique_lock lock{mutex_};
    change_unlocked(run_.slots(), lock, old, still_wanted, change);
    if (!begun)
        return;
    in_pause.number = passed.number = run_.started();
    report_later(in_pause);
    report_later(passed);
    wake_leader();
}

template <class Add>
bool loop_core::request(Add add)
{
    std::scoped_lock lock{mutex_};
    if (gone() || !run_.takes_requests())
        return false;
    add(run_.wishes(), queue_->now());
    wake_leader();
    return true;
}

TASKS_DECL bool loop_core::trigger()
{
    return request([](requests& r, clock_reading now) { r.add(now); });
}

TASKS_DECL bool loop_core::trigger_at(moment when)
{
    return request([when](requests& r, clock_reading now) { r.set_alarm(when, now); });
}

TASKS_DECL bool loop_core::trigger_in(nanoseconds delay)
{
    return request([delay](requests& r, clock_reading now) {
        r.set_alarm({.clock = clock_kind::steady, .at = saturating_add(now.steady, delay)}, now);
    });
}

TASKS_DECL void loop_core::trigger_and_join(ref<joiner> j)
{
    auto const add = [&](requests& r, clock_reading now) {
        auto& own = make_parts();
        own.requesters.push_back(j);
        own.had_requesters = true;
        r.add(now);
    };
    if (request(add))
        return;
    if (gone())
        std::rethrow_exception(loop_was_destroyed());
    throw not_running{"tasks: loop '" + name() +
                      "': async_trigger() needs a run in which an iteration can still start"};
}

TASKS_DECL void loop_core::complete_requests(worker const& w, std::exception_ptr const& failure) noexcept
{
    auto* const own = own_parts();
    if (!own || !own->had_requesters)
        return;
    ended_joiners served;
    {
        std::scoped_lock lock{mutex_};
        for (auto* j = own->requesters.first(); j;) {
            auto* const following = joiner_list::next(*j);
            if (j->served_by == &w)
                served.push_back(own->requesters.take(*j));
            j = following;
        }
    }
    served.complete_all(failure, executor());
}

TASKS_DECL void loop_core::abort_requests(worker const& w) noexcept
{
    auto const* const own = own_parts();
    if (own && own->had_requesters)
        complete_requests(w, operation_aborted());
}

TASKS_DECL void loop_core::pause() noexcept
{
    std::scoped_lock lock{mutex_};
    run_.pause(queue_->now());
    note_state();
}

TASKS_DECL void loop_core::resume() noexcept
{
    retired_timeline old;
    unreported_slots passed;
    std::unique_lock lock{mutex_};
    auto const now = queue_->now();
    if (!run_.resume(now))
        return;
    expect_again(now);
    note_state();
    try {
        auto const still_wanted = [&] {
            make_room_for_unreported();
            return run_.slots()->has_pause_to_settle();
        };
        auto const settle = [&](timeline& t) {
            passed = {.slots = {}, .clock = t.clock(), .at = now};
            passed.slots = t.settle_pause();
        };
        if (change_unlocked(run_.slots(), lock, old, still_wanted, settle)) {
            passed.number = run_.started();
            report_later(passed);
        }
    } catch (...) {
        // No memory, or an exception of the schedule. The loop's next step settles the pause.
        if (!lock.owns_lock())
            lock.lock();
    }
    wake_leader();
}

TASKS_DECL void loop_core::throw_already_running(char const* what) const
{
    throw already_running{"tasks: loop '" + name() + "': " + what +
                          " needs an idle loop, but a run is in progress (restart() replaces it)"};
}

TASKS_DECL void loop_core::require_idle(char const* what) const
{
    if (!run_.is_idle())
        throw_already_running(what);
}

TASKS_DECL void loop_core::set_before(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("before_loop()");
    std::swap(make_parts().before, h);
}

TASKS_DECL void loop_core::set_after(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("after_loop()");
    std::swap(make_parts().after, h);
}

TASKS_DECL void loop_core::set_error(hook_function<std::exception_ptr> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("error()");
    std::swap(make_parts().error, h);
}

TASKS_DECL void loop_core::set_observer(attached_observer o)
{
    std::scoped_lock lock{mutex_};
    require_idle("observe()");
    std::swap(make_parts().observer, o);
}

TASKS_DECL void loop_core::wake_leader() noexcept
{
    if (auto* const waiting = leader())
        queue_->wake(*waiting);
}

TASKS_DECL void loop_core::wake_all() noexcept
{
    for (auto* w = workers_.first(); w; w = workers_.next(*w))
        queue_->wake(*w);
}

TASKS_DECL bool loop_core::all_asleep() const noexcept
{
    for (auto const* w = workers_.first(); w; w = workers_.next(*w))
        if (!w->asleep)
            return false;
    return true;
}

TASKS_DECL void loop_core::join(ref<joiner> j)
{
    std::exception_ptr exception;
    {
        std::scoped_lock lock{mutex_};
        if (!gone() && !run_.is_idle()) {
            joiners_.push_back(std::move(j));
            return;
        }
        exception = run_.exception();
    }
    j->complete(gone() ? loop_was_destroyed() : std::move(exception), executor());
}

TASKS_DECL void loop_core::start_or_join(ref<joiner> j, char const* what)
{
    if (!is_running()) {
        require_no_arguments(what);
        arguments none;
        if (try_begin_run(none, j))
            return;
    }
    join(std::move(j));
}

TASKS_DECL void loop_core::leave_join(joiner& j) noexcept
{
    ref<joiner> left;
    {
        std::scoped_lock lock{mutex_};
        left = joiners_.take(j);
        if (auto* const own = own_parts(); own && !left)
            left = own->requesters.take(j);
    }
    if (left)
        left->complete(operation_aborted(), executor());
}

TASKS_DECL void loop_core::abandon() noexcept
{
    ended_joiners joiners;
    ref<weak_loop> weak;
    {
        std::scoped_lock lock{mutex_};
        close();
        joiners_.move_all_to(joiners);
        if (auto* const own = own_parts()) {
            own->requesters.move_all_to(joiners);
            weak = own->weak;
        }
        run_.want_restart(false);
    }
    if (weak)
        weak->loop_destroyed();
    stop_expecting();
    if (queue_->closed())
        joiners.abandon_all(loop_was_destroyed());
    else if (!joiners.empty())
        joiners.complete_all(loop_was_destroyed(), executor());
    abandon_calls();
    if constexpr (unwinds_anywhere) {
        // Sleeping workers will not be woken.
        visit_workers([this](worker& w) { return w.asleep && queue_->remove(w); },
                      [](worker& w) { w.discard(); });
    }

    bool nothing_to_interrupt;
    {
        std::scoped_lock lock{mutex_};
        wake_all();
        nothing_to_interrupt = all_asleep();
    }
    if (nothing_to_interrupt || queue_->closed())
        return;
    try {
        post_cancellation();
    } catch (...) {
        // The operations that the body awaits have to end by themselves. The gate stays closed behind them.
    }
}

TASKS_DECL std::exception_ptr loop_core::loop_was_destroyed() const noexcept
{
    return make_exception_nothrow([this] { return abandoned{"tasks: loop '" + name() + "' was destroyed"}; });
}

TASKS_DECL std::exception_ptr loop_core::time_is_up() const noexcept
{
    return make_exception_nothrow([this] {
        return timed_out{"tasks: loop '" + name() + "': an attempt took longer than its timeout of " +
                         duration_text(parts().timeout)};
    });
}

TASKS_DECL std::exception_ptr loop_core::context_went_away() const noexcept
{
    return make_exception_nothrow(
        [this] { return abandoned{"tasks: the execution context of loop '" + name() + "' went away"}; });
}

TASKS_DECL std::exception_ptr loop_core::handler_was_destroyed() const noexcept
{
    return make_exception_nothrow([this] {
        return abandoned{"tasks: an operation that loop '" + name() +
                         "' awaited was destroyed without completing"};
    });
}

// The functions that do not change a loop, and may be called from any thread.

TASKS_DECL std::uint64_t loop_core::current_loop() const
{
    std::scoped_lock lock{mutex_};
    return run_.current_iteration();
}

TASKS_DECL std::optional<time_point> loop_core::next_iteration() const
{
    std::scoped_lock lock{mutex_};
    return run_.next_iteration(queue_->now());
}

TASKS_DECL std::vector<time_point> loop_core::upcoming(std::size_t n) const
{
    std::optional<time_point> slot;
    schedule when;
    {
        std::scoped_lock lock{mutex_};
        auto const next = run_.next_slot();
        if (!next)
            return {};
        slot = to_wall_time(*next, run_.slots()->clock(), queue_->now());
        when = run_.slots()->when();
        n = static_cast<std::size_t>((std::min<std::uint64_t>)(n, run_.iterations_left()));
        if (run_.slots()->back_to_back() || when.is_fixed_delay())
            n = (std::min<std::size_t>)(n, 1); // each slot follows from the end of the iteration before it
    }
    assert_unlocked();
    std::vector<time_point> slots; // not reserved, because the schedule may have far fewer
    while (slot && slots.size() < n) {
        slots.push_back(*slot);
        slot = slots.size() < n ? when.next(*slot) : std::nullopt;
    }
    return slots;
}

TASKS_DECL bool loop_core::is_running() const
{
    std::scoped_lock lock{mutex_};
    return !run_.is_idle();
}

TASKS_DECL bool loop_core::failed() const
{
    std::scoped_lock lock{mutex_};
    return run_.failed();
}

TASKS_DECL std::exception_ptr loop_core::exception() const
{
    std::scoped_lock lock{mutex_};
    return run_.exception();
}

TASKS_DECL bool loop_core::is_being_cancelled() const
{
    std::scoped_lock lock{mutex_};
    return run_.is_cancelled();
}

TASKS_DECL bool loop_core::is_paused() const
{
    std::scoped_lock lock{mutex_};
    return run_.is_paused();
}

TASKS_DECL std::uint64_t loop_core::failures() const
{
    std::scoped_lock lock{mutex_};
    return run_.failures();
}

TASKS_DECL std::exception_ptr loop_core::last_error() const
{
    std::scoped_lock lock{mutex_};
    return run_.last_error();
}

TASKS_DECL schedule loop_core::every() const
{
    std::scoped_lock lock{mutex_};
    return run_.slots()->when();
}

TASKS_DECL bool loop_core::is_watched() const noexcept
{
    return is_observed() || body_.takes_iteration;
}

} // namespace detail
TASKS_END_NAMESPACE
