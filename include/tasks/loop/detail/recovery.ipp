// SPDX-License-Identifier: MIT
#pragma once

// The workers of a run: how they begin, how they are cancelled, and how a lost one is replaced.

#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/make_exception.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/attempt_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/detail/worker.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL void launch_run(ref<loop_core> core)
{
    core->launch();
}
TASKS_DECL void drop_launched_run(loop_core& core) noexcept
{
    core.drop_run();
}

/// The function that takes the first step of a run. It only needs the memory of the loop.
class launch_op : public posted_op<loop_core, launch_run, drop_launched_run> {
public:
    using allocator_type = handler_allocator<sizeof(worker)>;

    explicit launch_op(ref<loop_core> core) noexcept
        : posted_op{core}
        , memory_{&core->memory()}
    {
    }
    [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{*memory_}; }

private:
    worker_memory* memory_; // Asio also asks a moved-from handler for its allocator
};

TASKS_DECL void start_additional_worker(ref<worker> w)
{
    auto& core = *w->core;
    core.start_worker(std::move(w));
}
TASKS_DECL void lose_additional_worker(worker& w) noexcept
{
    w.core->worker_lost(w);
}

/// The function that takes the first step of an additional worker.
using start_worker_op = posted_op<worker, start_additional_worker, lose_additional_worker>;

TASKS_DECL loop_core::former_run loop_core::set_starting(arguments& args) noexcept
{
    arguments_.swap(args);
    auto former = run_.start();
    if (auto* const r = own_record()) {
        r->run_begins(run_.restarted(), queue_->now());
        note_state();
    }
    return former;
}

TASKS_DECL void loop_core::post_launch()
{
    assert_unlocked();
    if (io_context_)
        post_or_throw(this, *io_context_, launch_op{ref{this}}); // not type-erased, so it uses the allocator
    else
        post_or_throw(this, executor(), launch_op{ref{this}});
}

TASKS_DECL ref<worker> loop_core::make_worker()
{
    return ref{new (memory_.allocate(sizeof(worker))) worker{ref{this}}};
}

TASKS_DECL void loop_core::launch()
{
    ref<worker> w;
    ref<expectation_timer> expectation;
    std::exception_ptr problem;
    try {
        w = make_worker();
        w->opens_the_run = true;
        if (is_expecting())
            expectation = ref{new expectation_timer{ref{this}}};
    } catch (...) {
        problem = std::current_exception();
    }
    bool restarted;
    bool cancelled;
    bool linked = false;
    {
        std::scoped_lock lock{mutex_};
        restarted = run_.restarted();
        cancelled = run_.is_cancelled();
        linked = run_.begin(problem, gone());
        if (linked) {
            link(*w);
            begin_expecting(std::move(expectation));
            note_state();
        }
    }
    if (!linked && gone()) {
        drop_run();
        return;
    }
    if (!restarted && is_observed())
        notify(run_started{.loop = name(), .restarted = false, .when = time_point{queue_->now().wall}});
    if (problem && !cancelled)
        report("the run could not begin", problem);
    if (linked)
        run(std::move(w));
    else
        end_run(nullptr, nullptr);
}

TASKS_DECL void loop_core::drop_run() noexcept
{
    ended_joiners joiners;
    ref<expectation_timer> expectation;
    auto why = gone() ? nullptr : context_went_away();
    arguments args;
    arguments next_args;
    {
        std::scoped_lock lock{mutex_};
        why = run_.drop(std::move(why));
        expectation = take_expectation();
        note_state();
        args.swap(arguments_);
        take_waiting(joiners, next_args);
    }
    if (expectation)
        expectation->stop();
    joiners.abandon_all(context_went_away());
    queue_->work_finished();
}

TASKS_DECL void loop_core::start_worker(ref<worker> w)
{
    if (gone())
        worker_lost(*w);
    else
        run(std::move(w));
}

TASKS_DECL void loop_core::post_start(ref<worker> w)
{
    auto* const object = w.get();
    auto const& executor = w->core->executor();
    post_or_throw(object, executor, start_worker_op{std::move(w)});
}

/// Starts another worker, which waits for the next slot while this one is busy.
TASKS_DECL void loop_core::promote() noexcept
{
    ref<worker> w;
    try {
        w = make_worker();
        queue_->work_started(executor());
        w->owns_work = true;
        w->now = worker::stage::free;
        {
            std::scoped_lock lock{mutex_};
            link(*w);
            run_.lead(*w);
        }
        post_start(w);
    } catch (...) {
        // No memory. The next free worker takes the next slot, and the slots in between are missed.
        if (w && w->owns_work)
            withdraw(*w);
    }
}

/// Removes a worker that could not be started.
TASKS_DECL void loop_core::withdraw(worker& w) noexcept
{
    ref<worker> linked;
    std::scoped_lock lock{mutex_};
    run_.leave_loop(w);
    linked = unlink(w);
}

TASKS_DECL void loop_core::link(worker& w) noexcept
{
    workers_.push_back(ref{&w});
    run_.add(w);
}

TASKS_DECL ref<worker> loop_core::unlink(worker& w) noexcept
{
    run_.remove(w);
    if (w.backs_off)
        note_decision(w, false);
    if (w.owns_work)
        queue_->work_finished();
    return workers_.take(w);
}

template <class Wanted, class Act>
void loop_core::visit_workers(Wanted wanted, Act act) noexcept
{
    std::unique_lock lock{mutex_};
    auto const visit = ++visits_;
    while (workers_.first() && workers_.first()->visit != visit) {
        // Visited workers move to the end of the list. When all have been visited, the order is the former
        // one.
        auto w = workers_.take_first();
        w->visit = visit;
        workers_.push_back(w);
        if (wanted(*w)) {
            lock.unlock();
            assert_unlocked();
            act(*w);
            w = {};
            lock.lock();
        }
    }
}

TASKS_DECL void loop_core::worker_lost(worker& w) noexcept
{
    attempt_timer::stop(w);
    ref<worker> linked;
    bool last;
    bool quietly;
    {
        std::scoped_lock lock{mutex_};
        run_.lose(w);
        linked = unlink(w);
        last = run_.worker_count() == 0;
        quietly = gone() || queue_->closed();
    }
    // A lost worker's replacement that never began: the executor destroys every function given to it.
    if (quietly || (w.replaces_lost && w.now == worker::stage::free)) {
        if (last)
            drop_run();
        return;
    }

    // The coroutine's pending operation destroyed its handler. The run must not end silently.
    auto const lost = handler_was_destroyed();
    complete_requests(w, lost);
    {
        std::scoped_lock lock{mutex_};
        wake_all_if(run_.file_loss(w, lost));
    }
    replace_lost_worker(w);
}

/// Starts a replacement for a lost worker, which runs the hooks that are due and reports the loss.
TASKS_DECL void loop_core::replace_lost_worker(worker const& lost) noexcept
{
    ref<worker> w;
    std::exception_ptr problem;
    bool context_gone = false;
    try {
        w = make_worker();
        w->replaces_lost = true;
        w->now = worker::stage::free;
        w->error = lost.error;
        w->error_kind = lost.error_kind;
        {
            std::scoped_lock lock{mutex_};
            link(*w);
        }
        post_start(w);
        return;
    } catch (abandoned const&) {
        context_gone = true; // the context has destroyed the coroutine
        problem = std::current_exception();
    } catch (...) {
        problem = std::current_exception();
    }

    if (w)
        withdraw(*w);
    bool last;
    {
        std::scoped_lock lock{mutex_};
        last = run_.worker_count() == 0;
    }
    if (context_gone && last) {
        drop_run();
        return;
    }

    if (lost.error_kind == worker::problem::fatal)
        report("fatal error, and the hooks cannot run", lost.error);
    report("the hooks cannot run", problem);
    if (last)
        end_run(nullptr, nullptr);
}

TASKS_DECL void loop_core::attempt_timed_out(worker& w) noexcept
{
    {
        std::scoped_lock lock{mutex_};
        if (gone() || run_.is_cancelled() || !w.interruptible)
            return;
    }
    w.timed_out = true;
    emit_cancellation(w);
}

TASKS_DECL void loop_core::emit_cancellation(worker& w) noexcept
{
    try {
        w.cancellation.emit(asio::cancellation_type::terminal);
    } catch (...) {
        report("a cancellation handler threw", std::current_exception());
    }
}

TASKS_DECL void loop_core::emit_cancellation() noexcept
{
    auto const is_victim = [this](worker& w) {
        if (gone()) // once more, even after cancel()
            return !std::exchange(w.was_silenced, true);
        return run_.is_cancelled() && w.interruptible && !std::exchange(w.was_interrupted, true);
    };
    visit_workers(is_victim, [this](worker& w) { emit_cancellation(w); });
}

} // namespace detail
TASKS_END_NAMESPACE
