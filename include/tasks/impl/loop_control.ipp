// SPDX-License-Identifier: MIT
#pragma once

// A loop under control: what may be called from any thread and changes something.

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/posting.hpp>
#include <tasks/detail/sure_exception.hpp>
#include <tasks/errors.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL loop_core::loop_core(asio::any_io_executor executor, options o, body_kind body)
    : gated{ungated(executor)}
    , backoff_{std::move(o.backoff)}
    , queue_{timer_queue::of(this->executor())}
    , io_context_{target_of<asio::io_context::executor_type>(this->executor())}
    , serializer_{serializer_of(this->executor())}
    , overlap_{o.overlap}
    , body_{body}
    , reconnect_{o.reconnect}
    , count_{o.count}
    , timeline_{(check(o), std::move(o.every)), o.missed}
{
    if (!o.name.empty())
        make_extra().name = std::move(o.name);
    if (!io_context_ &&
        !serializer_) // those are but pointers; others may hold on to the context, as a strand of Asio does
        queue_->add_user(*this);
}

TASKS_DECL loop_core::~loop_core()
{
    if (!io_context_ && !serializer_)
        queue_->remove_user(*this);
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
    if (!all_asleep())
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
    auto const now = every.is_interval() ? look() : queue_->look();
    auto const clock = timeline_.clock();
    if (is_observed())
        extras_->untold.reserve(extras_->untold.size() + 1);
    auto const stepped = timeline_.look(now);
    auto const passed = timeline_.change(std::move(every), now);
    if (is_observed() && (passed.count != 0 || stepped != nanoseconds::zero()))
        extras_->untold.push_back(
            {.slots = passed, .clock = clock, .at = now, .number = started_, .stepped = stepped});
    if (leader_)
        queue_->wake(*leader_);
}

TASKS_DECL void loop_core::require_idle(char const* what) const
{
    if (phase_ != phase::idle)
        throw already_running{"tasks: loop '" + name() + "': " + what +
                              " needs an idle loop, and a run is in progress (restart() replaces a run)"};
}

TASKS_DECL void loop_core::set_before(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("before_loop()");
    std::swap(make_extra().before, h);
}

TASKS_DECL void loop_core::set_after(hook_function<> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("after_loop()");
    std::swap(make_extra().after, h);
}

TASKS_DECL void loop_core::set_error(hook_function<std::exception_ptr> h)
{
    std::scoped_lock lock{mutex_};
    require_idle("error()");
    std::swap(make_extra().error, h);
}

TASKS_DECL void loop_core::set_observer(attached_observer o)
{
    std::scoped_lock lock{mutex_};
    require_idle("observe()");
    std::swap(make_extra().observer, o);
}

TASKS_DECL bool loop_core::can_be_cancelled() const noexcept
{
    return phase_ == phase::starting || (open_ != 0 && !(failed_ && in_flight_ == 0));
}

TASKS_DECL void loop_core::wake_all() noexcept
{
    for (auto* p = places_.get(); p; p = p->next_in_run.get())
        queue_->wake(*p);
}

TASKS_DECL bool loop_core::all_asleep() const noexcept
{
    for (auto const* p = places_.get(); p; p = p->next_in_run.get())
        if (!p->asleep)
            return false;
    return true;
}

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
    j->complete(std::move(exception), executor());
}

TASKS_DECL void loop_core::leave_join(joiner const& j) noexcept
{
    ref<joiner> left;
    {
        std::scoped_lock lock{mutex_};
        left = joiners_.take(j);
    }
    if (left)
        left->complete(sure_exception([] { return system_error{asio::error::operation_aborted}; }),
                       executor());
}

TASKS_DECL void loop_core::abandon() noexcept
{
    joiner_list joiners;
    {
        std::scoped_lock lock{mutex_};
        close();
        joiners = std::move(joiners_);
        restart_ = false;
    }
    if (!joiners.empty() && !queue_->closed())
        joiners.complete(sure_exception([this] {
                             return abandoned{"tasks: loop '" + name() +
                                              "' was destroyed while it was waited for"};
                         }),
                         executor());
    if constexpr (unwinds_anywhere)
        while (auto const p = take_sleeper())
            p->discard();

    std::scoped_lock lock{mutex_};
    wake_all();
    if (all_asleep() || queue_->closed())
        return;
    try {
        asio::post(executor(), [self = ref{this}] { self->emit_cancellation(); });
    } catch (...) {
        // Then what the body waits for has to end by itself; the gate stays closed behind it.
    }
}

/// A place that waits and will not be woken.
TASKS_DECL ref<place> loop_core::take_sleeper() noexcept
{
    std::scoped_lock lock{mutex_};
    for (auto* p = places_.get(); p; p = p->next_in_run.get())
        if (p->asleep && queue_->remove(*p))
            return ref{p};
    return {};
}

TASKS_DECL asio::awaitable<void> loop_core::call_directly(iteration& it, void const* args)
{
    auto const now = queue_->look();
    it.number = current_loop();
    it.slot = it.start = time_point{now.wall};
    it.cause = cause::direct;
    return invoke_body(it, args);
}

} // namespace detail
TASKS_END_NAMESPACE
