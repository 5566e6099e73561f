// SPDX-License-Identifier: MIT
#pragma once

// The places of a run: how they begin, how they are cancelled, and what happens if one is lost.

#include <tasks/asio/detail/handler_memory.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/make_exception.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/detail/worker.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The first step of a run. Tells the core if it is destroyed instead.
class launch_op {
public:
    using allocator_type = handler_allocator<sizeof(place)>;

    explicit launch_op(ref<loop_core> core) noexcept
        : memory_{&core->memory()}
        , core_{std::move(core)}
    {
    }
    launch_op(launch_op&&) noexcept = default;
    launch_op& operator=(launch_op&&) = delete;
    ~launch_op()
    {
        if (core_ && !rejected(core_.get()))
            core_->drop_run();
    }
    void operator()() { std::exchange(core_, {})->launch(); }
    [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_type{*memory_}; }

private:
    place_memory* memory_; // Asio asks for the allocator of a handler moved from, too
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
        if (place_ && !rejected(place_.get()))
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

TASKS_DECL loop_core::former_run loop_core::set_starting(arguments& args) noexcept
{
    arguments_.swap(args);
    phase_ = phase::starting;
    return {.exception = std::exchange(exception_, nullptr), .failed = std::exchange(failed_, false)};
}

TASKS_DECL void loop_core::post_launch()
{
    assert_unlocked();
    if (io_context_)
        post_or_throw(this, *io_context_,
                      launch_op{ref{this}}); // an executor of its own type knows allocators
    else
        post_or_throw(this, executor(), launch_op{ref{this}});
}

TASKS_DECL ref<place> loop_core::make_place()
{
    return ref{new (memory_.allocate(sizeof(place))) place{ref{this}}};
}

TASKS_DECL void loop_core::launch()
{
    ref<place> p;
    std::exception_ptr problem;
    try {
        p = make_place();
        p->opens_the_run = true;
    } catch (...) {
        problem = std::current_exception();
    }
    bool restarted;
    bool cancelled;
    bool linked = false;
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
            linked = true;
        }
    }
    if (!linked && gone()) {
        drop_run();
        return;
    }
    if (!restarted)
        tell(&observer_table::run_started, run_started{.loop = name(), .restarted = false});
    if (problem && !cancelled)
        report("the run could not begin", problem);
    if (linked)
        run(std::move(p));
    else
        end_run(nullptr, nullptr);
}

TASKS_DECL void loop_core::drop_run() noexcept
{
    joiner_list joiners;
    auto why = gone() ? nullptr : context_went_away();
    arguments args;
    arguments next_args;
    {
        std::scoped_lock lock{mutex_};
        phase_ = phase::idle;
        started_ = 0;
        stop_ = cancel_ = restart_ = restarted_ = false;
        timeline_.touch().reset();
        failed_ = true;
        if (why)
            std::swap(exception_, why);
        args.swap(arguments_);
        next_args.swap(next_arguments_);
        joiners.swap(joiners_);
    }
    joiners.abandon_all(context_went_away());
    queue_->work_finished();
}

TASKS_DECL void loop_core::occupy(ref<place> p)
{
    if (gone())
        place_lost(*p);
    else
        run(std::move(p));
}

TASKS_DECL void loop_core::post_occupation(ref<place> p)
{
    auto* const object = p.get();
    auto const& executor = p->core->executor();
    post_or_throw(object, executor, occupy_op{std::move(p)});
}

/// Another place waits for the next slot while the present one works.
TASKS_DECL void loop_core::promote() noexcept
{
    ref<place> p;
    try {
        p = make_place();
        queue_->work_started(executor());
        p->owns_work = true;
        p->now = place::stage::free;
        {
            std::scoped_lock lock{mutex_};
            link(*p);
            leader_ = p.get();
        }
        post_occupation(p);
    } catch (...) {
        // No memory: the next place that gets free takes the next slot, and the slots in between are missed.
        if (p && p->owns_work)
            withdraw(*p);
    }
}

/// Takes back a place that could not be started.
TASKS_DECL void loop_core::withdraw(place& p) noexcept
{
    ref<place> linked;
    std::scoped_lock lock{mutex_};
    if (leader_ == &p)
        leader_ = nullptr;
    --open_;
    linked = unlink(p);
}

TASKS_DECL void loop_core::link(place& p) noexcept
{
    places_.push_back(ref{&p});
    ++occupied_;
    if (!p.left_the_loop)
        ++open_;
}

TASKS_DECL ref<place> loop_core::unlink(place& p) noexcept
{
    p.finished = true;
    --occupied_;
    if (p.owns_work)
        queue_->work_finished();
    return places_.take(p);
}

template <class Wanted, class Act>
void loop_core::visit_places(Wanted wanted, Act act) noexcept
{
    std::unique_lock lock{mutex_};
    auto const visit = ++visits_;
    while (places_.first() && places_.first()->visit != visit) {
        // To the end of the list, where those are that were visited; if all are, they are in their former order.
        auto p = places_.take_first();
        p->visit = visit;
        places_.push_back(p);
        if (wanted(*p)) {
            lock.unlock();
            assert_unlocked();
            act(*p);
            p = {};
            lock.lock();
        }
    }
}

TASKS_DECL void loop_core::place_lost(place& p) noexcept
{
    ref<place> linked;
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
        linked = unlink(p);
        last = occupied_ == 0;
        quietly = gone() || queue_->closed();
    }
    // Of a mourner that never began: the executor destroys whatever it is given.
    if (quietly || (p.mourns && p.now == place::stage::free)) {
        if (last)
            drop_run();
        return;
    }

    // Whatever the coroutine waited for destroyed its handler. The run must not end in silence.
    auto const lost = handler_was_destroyed();
    if (p.now == place::stage::after_hook || p.now == place::stage::error_hook) {
        p.error = lost;
        p.error_kind = p.now == place::stage::after_hook ? place::problem::after_hook_lost
                                                         : place::problem::error_hook_lost;
    } else {
        std::scoped_lock lock{mutex_};
        fail(p, lost);
    }
    mourn(p);
}

/// A new place in the stead of a lost one, to call the hooks that are due and to tell what happened.
TASKS_DECL void loop_core::mourn(place const& lost) noexcept
{
    ref<place> p;
    std::exception_ptr problem;
    bool context_gone = false;
    try {
        p = make_place();
        p->mourns = true;
        p->now = place::stage::free;
        p->error = lost.error;
        p->error_kind = lost.error_kind;
        {
            std::scoped_lock lock{mutex_};
            link(*p);
        }
        post_occupation(p);
        return;
    } catch (abandoned const&) {
        context_gone = true; // it was the context that destroyed the coroutine
        problem = std::current_exception();
    } catch (...) {
        problem = std::current_exception();
    }

    if (p)
        withdraw(*p);
    bool last;
    {
        std::scoped_lock lock{mutex_};
        last = occupied_ == 0;
    }
    if (context_gone && last) {
        drop_run();
        return;
    }

    if (lost.error_kind == place::problem::fatal)
        report("fatal error, and the hooks cannot run", lost.error);
    report("the hooks cannot run", problem);
    if (last)
        end_run(nullptr, nullptr);
}

TASKS_DECL void loop_core::emit_cancellation() noexcept
{
    auto const is_victim = [this](place& p) {
        if (gone()) // then once more, whatever cancel() did
            return !std::exchange(p.was_silenced, true);
        return cancel_ && p.interruptible && !std::exchange(p.was_interrupted, true);
    };
    visit_places(is_victim, [this](place& p) {
        try {
            p.cancellation.emit(asio::cancellation_type::terminal);
        } catch (...) {
            report("a cancellation handler threw", std::current_exception());
        }
    });
}

} // namespace detail
TASKS_END_NAMESPACE
