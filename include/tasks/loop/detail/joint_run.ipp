// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/initiate.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/loop/detail/joint_run.hpp>

#include <mutex>
#include <stdexcept>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

/// Waits for one loop.
class joint_run::part_joiner final : public joiner {
public:
    void begin(ref<joint_run> run, part& p) noexcept
    {
        run_ = std::move(run);
        part_ = &p;
    }

    void complete(std::exception_ptr failure, asio::any_io_executor const& where) noexcept override
    {
        auto run = std::exchange(run_, {});
        run->ended(*part_, std::move(failure));
        // Nobody may run the executor of a loop that was destroyed.
        if (part_->loop->gone())
            run->one_ended();
        else
            count_when_reached(ref<end_count>{run.get()}, where);
    }

    void abandon(std::exception_ptr failure) noexcept override
    {
        auto const run = std::exchange(run_, {});
        run->ended(*part_, std::move(failure));
        run->one_ended();
    }

private:
    ref<joint_run> run_; ///< only while it waits, because the run refers to this
    part* part_ = nullptr;
};

TASKS_DECL joint_run::joint_run(loop_list const& loops, decided_by what)
    : by_{what}
{
    parts_.reserve(loops.size());
    for (std::size_t i = 0; i != loops.size(); ++i)
        if (loops[i])
            parts_.push_back({.loop = loops[i], .position = i, .joiner = ref{new part_joiner}});
}

TASKS_DECL joint_run::~joint_run() = default; // here, where the parts are complete

TASKS_DECL void joint_run::require_outside(asio::any_io_executor const& executor) const
{
    for (auto const& p : parts_)
        if (is_gate_of(*p.loop, executor))
            throw std::logic_error{
                "tasks: loop '" + p.loop->name() + "': " + name() +
                " in the loop's own body or hooks would wait for itself; await it elsewhere"};
}

TASKS_DECL void joint_run::begin(ref<sleep_base> const& wait) noexcept
{
    {
        std::scoped_lock lock{mutex_};
        wait_ = wait;
        left_ = parts_.size() + 1; // the beginning itself counts, so that it is not overtaken
        for (auto& p : parts_)
            p.left = true;
    }
    for (auto& p : parts_)
        begin(p);
    if (is_decided())
        stop(); // once more, for a loop that was idle when the others were stopped
    one_ended();
}

TASKS_DECL void joint_run::begin(part& p) noexcept
{
    auto& loop = *p.loop;
    auto const joiner = p.joiner;
    joiner->begin(ref{this}, p);
    bool const usable = !loop.queue()->closed(); // otherwise its executor must no longer be used
    try {
        if (!usable)
            std::rethrow_exception(loop.context_went_away());
        if (!is_decided()) {
            loop.start_or_join(ref<detail::joiner>{joiner.get()}, name());
            return;
        }
    } catch (...) {
        decide(p, std::current_exception());
    }
    if (usable && loop.is_running())
        loop.join(ref<detail::joiner>{joiner.get()});
    else
        joiner->abandon(nullptr);
}

TASKS_DECL void joint_run::cancel(asio::cancellation_type type)
{
    if ((type & asio::cancellation_type::terminal) == asio::cancellation_type::none) {
        stop();
        return;
    }
    std::exception_ptr failure;
    for (auto const& p : parts_) {
        if (!is_left(p))
            continue;
        try {
            p.loop->cancel();
        } catch (...) {
            p.loop->stop();
            failure = std::current_exception();
        }
    }
    if (failure)
        std::rethrow_exception(failure);
}

TASKS_DECL void joint_run::stop() noexcept
{
    for (auto const& p : parts_)
        if (is_left(p))
            p.loop->stop();
}

TASKS_DECL bool joint_run::is_left(part const& p) const noexcept
{
    std::scoped_lock lock{mutex_};
    return p.left;
}

TASKS_DECL bool joint_run::is_decided() const noexcept
{
    std::scoped_lock lock{mutex_};
    return decided_;
}

TASKS_DECL void joint_run::ended(part& p, std::exception_ptr failure) noexcept
{
    {
        std::scoped_lock lock{mutex_};
        p.left = false;
    }
    if (failure || by_ == decided_by::first_end)
        decide(p, std::move(failure));
}

TASKS_DECL void joint_run::decide(part const& p, std::exception_ptr failure) noexcept
{
    {
        std::scoped_lock lock{mutex_};
        if (std::exchange(decided_, true))
            return;
        position_ = p.position;
        failure_ = std::move(failure);
    }
    stop();
}

TASKS_DECL void joint_run::none_left() noexcept
{
    ref<sleep_base> wait; // released here, because it owns the handler, whose coroutine refers to this
    {
        std::scoped_lock lock{mutex_};
        std::swap(wait, wait_);
    }
    wait->wake();
}

TASKS_DECL char const* joint_run::name() const noexcept
{
    return by_ == decided_by::first_failure ? "run_all()" : "run_any()";
}

TASKS_DECL std::size_t joint_run::position() const noexcept
{
    std::scoped_lock lock{mutex_};
    return position_;
}

TASKS_DECL void joint_run::throw_failure() const
{
    std::exception_ptr failure;
    {
        std::scoped_lock lock{mutex_};
        failure = failure_;
    }
    if (failure)
        std::rethrow_exception(failure);
}

/// Begins the run, and a wait for its end that hands a cancellation on instead of ending.
struct initiate_joint_run {
    template <class Handler>
    void operator()(Handler handler, joint_run* run) const
    {
        // If several threads run the executor, the coroutine may resume, and end, before `begin` returns.
        ref const kept{run};
        initiate<error_code>(handler, [&](Handler& h) {
            auto cancel_slot = asio::get_associated_cancellation_slot(h);
            if (cancel_slot.is_connected())
                cancel_slot.assign([kept](asio::cancellation_type type) { kept->cancel(type); });
            ref<sleep_base> wait;
            try {
                wait = start_sleep<false>(h, never);
            } catch (...) {
                if (cancel_slot.is_connected())
                    cancel_slot.clear();
                throw;
            }
            kept->begin(wait);
        });
    }
};

/// Stops the loops of a run whose coroutine is destroyed before they have ended. Outside the coroutine,
/// because GCC 12 cannot name a local class of a coroutine.
class stop_at_exit {
public:
    explicit stop_at_exit(joint_run& run) noexcept
        : run_{&run}
    {
    }
    stop_at_exit(stop_at_exit const&) = delete;
    stop_at_exit& operator=(stop_at_exit const&) = delete;
    ~stop_at_exit() { run_->stop(); }

private:
    joint_run* run_;
};

TASKS_DECL asio::awaitable<void> run_together(ref<joint_run> run)
{
    run->require_outside(co_await asio::this_coro::executor);
    stop_at_exit const on_exit{*run};
    co_await asio::async_initiate<asio::use_awaitable_t<> const, void(error_code)>(
        initiate_joint_run{}, asio::use_awaitable, run.get());
    run->throw_failure();
}

TASKS_DECL asio::awaitable<std::size_t> run_until_first_end(ref<joint_run> run)
{
    co_await run_together(run);
    co_return run->position();
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
