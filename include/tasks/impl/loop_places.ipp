// SPDX-License-Identifier: MIT
#pragma once

// The places of a run: how they begin, how they are cancelled, and what happens if one is lost.

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/one_block.hpp>
#include <tasks/detail/posting.hpp>
#include <tasks/detail/run.hpp>
#include <tasks/detail/sure_exception.hpp>
#include <tasks/errors.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// The first step of a run. Tells the core if it is destroyed instead.
class launch_op {
public:
    using allocator_type = one_block_allocator<sizeof(place)>;

    explicit launch_op(ref<loop_core> core) noexcept
        : memory_{&core->memory()}
        , core_{std::move(core)}
    {
    }
    launch_op(launch_op&&) noexcept = default;
    launch_op& operator=(launch_op&&) = delete;
    ~launch_op()
    {
        if (core_ && !refused(core_.get()))
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
        if (place_ && !refused(place_.get()))
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

TASKS_DECL void loop_core::begin_run(arguments& args)
{
    if (io_context_)
        post_for(this, *io_context_, launch_op{ref{this}}); // an executor of its own type knows allocators
    else
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
    {
        std::scoped_lock lock{mutex_};
        phase_ = phase::idle;
        started_ = 0;
        stop_ = cancel_ = restart_ = restarted_ = false;
        timeline_.reset();
        failed_ = true;
        if (!gone())
            exception_ = sure_exception([this] {
                return abandoned{"tasks: the execution context of loop '" + name() + "' went away"};
            });
        joiners = std::move(joiners_);
    }
    joiners.discard();
    queue_->remove_client();
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
    post_for(object, executor, occupy_op{std::move(p)});
}

/// Another place waits for the next slot while the present one works.
TASKS_DECL void loop_core::promote() noexcept
{
    ref<place> p;
    try {
        p = make_place();
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

/// Takes back a place that could not be started.
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
    auto* last = &places_;
    while (*last)
        last = &(*last)->next_in_run;
    *last = ref{&p};
    ++occupied_;
    if (!p.left_the_loop)
        ++open_;
}

TASKS_DECL void loop_core::unlink(place& p) noexcept
{
    for (auto* at = &places_; *at; at = &(*at)->next_in_run) {
        if (at->get() == &p) {
            *at = std::exchange(p.next_in_run, {});
            break;
        }
    }
    p.finished = true;
    --occupied_;
    if (p.owns_client)
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
    // Of a mourner that never began: the executor destroys whatever it is given.
    if (quietly || (p.mourns && p.now == place::stage::free)) {
        if (last)
            drop_run();
        return;
    }

    // Whatever the coroutine waited for destroyed its handler. The run must not end in silence.
    auto const lost = sure_exception([this] {
        return abandoned{"tasks: what loop '" + name() +
                         "' was waiting for was destroyed without completing"};
    });
    if (p.now == place::stage::after_hook) {
        p.lost_after_hook = lost;
    } else if (p.now == place::stage::error_hook) {
        p.lost_error_hook = lost;
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
        p->lost_error_hook = lost.lost_error_hook;
        p->lost_after_hook = lost.lost_after_hook;
        if (!lost.lost_error_hook && !lost.lost_after_hook) {
            p->fatal = lost.fatal;
            p->unheard = lost.unheard;
        }
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

    if (lost.fatal)
        report("fatal error, and the hooks cannot run", lost.fatal);
    report("the hooks cannot run", problem);
    if (last)
        end_run(nullptr, nullptr);
}

TASKS_DECL void loop_core::emit_cancellation() noexcept
{
    for (;;) {
        ref<place> victim;
        {
            std::scoped_lock lock{mutex_};
            if (!cancel_ && !gone())
                return;
            bool const silenced = gone(); // then once more, whatever cancel() did
            auto* p = places_.get();
            while (p && (silenced ? p->was_silenced : p->was_interrupted || !p->interruptible))
                p = p->next_in_run.get();
            if (!p)
                return;
            (silenced ? p->was_silenced : p->was_interrupted) = true;
            victim = ref{p};
        }
        try {
            victim->cancellation.emit(asio::cancellation_type::terminal);
        } catch (...) {
            report("a cancellation handler threw", std::current_exception());
        }
    }
}

} // namespace detail
TASKS_END_NAMESPACE
