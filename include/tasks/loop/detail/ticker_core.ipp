// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/detail/queue_clocks.hpp>
#include <tasks/loop/detail/ticker_core.hpp>
#include <tasks/run/detail/decide.ipp>

#include <stdexcept>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

TASKS_DECL ticker_core::ticker_core(asio::any_io_executor executor, options o)
    : executor_{ungated(executor)}
    , queue_{timer_queue::of(executor_)}
    , timeline_{(check(o), std::move(o.every)), o.missed}
    , count_{o.count}
{
    if (o.overlap.allows(1))
        throw bad_option{
            "tasks: the overlap of a ticker must be 1, because its ticks are taken one at a time"};
}

TASKS_DECL void ticker_core::stop() noexcept
{
    std::scoped_lock lock{mutex_};
    stopped_ = true;
    if (sleep_)
        sleep_->wake();
}

TASKS_DECL void ticker_core::change_interval(schedule every)
{
    retired_timeline old;
    auto const change = [&](timeline& t) {
        auto const now = queue_->now();
        if (t.begun())
            t.update(now);
        t.change(every, now);
    };
    std::unique_lock lock{mutex_};
    change_unlocked(timeline_, lock, old, [] { return true; }, change);
    changed_ = true;
    if (sleep_)
        sleep_->wake();
}

TASKS_DECL std::optional<time_point> ticker_core::next_iteration() const
{
    std::scoped_lock lock{mutex_};
    auto const next = timeline_->upcoming();
    if (!next || stopped_ || (count_ && served_ >= static_cast<std::uint64_t>(*count_)))
        return std::nullopt;
    return to_wall_time(*next, timeline_->clock(), queue_->now());
}

TASKS_DECL void ticker_core::enter()
{
    std::scoped_lock lock{mutex_};
    if (std::exchange(busy_, true))
        throw std::logic_error{
            "tasks: async_tick() was called while another tick of the same ticker is in progress; "
            "take them one at a time"};
    if (timeline_->begun())
        timeline_.touch().ended(queue_->now());
}

TASKS_DECL void ticker_core::leave() noexcept
{
    ref<sleep_base> former_sleep; // destroyed after the lock, because it owns a user's executor
    std::scoped_lock lock{mutex_};
    busy_ = false;
    ++decisions_;
    former_sleep = std::move(sleep_);
}

TASKS_DECL ticker_core::answer ticker_core::decide()
{
    ref<sleep_base> former_sleep; // as in `leave`
    retired_timeline old;
    std::unique_lock lock{mutex_};
    ++decisions_;
    former_sleep = std::move(sleep_);
    changed_ = false;

    timeline_answer a;
    auto const is_open = [this] {
        return !stopped_ && !(count_ && served_ >= static_cast<std::uint64_t>(*count_));
    };
    auto const ask = [&](timeline& t) {
        a = run_state::consult(t, worker_, false, true, queue_clocks{*queue_, true});
    };
    if (!change_unlocked(timeline_, lock, old, is_open, ask))
        return {};
    worker_.burst = 0;
    if (a.yields)
        return {.what = step::yield, .it = {}, .wait = {}};
    switch (a.what_now.what) {
    case verdict::action::exhausted: break;
    case verdict::action::wait:
        return {.what = step::wait,
                .it = {},
                .wait = {.clock = a.clock, .due = a.what_now.slot, .decision = decisions_}};
    case verdict::action::run:
        worker_.burst = 1;
        return {.what = step::call, .it = to_iteration(a.what_now, served_++, a.clock, a.now), .wait = {}};
    }
    return {};
}

struct ticker_core::initiate_wait {
    template <class Handler>
    void operator()(Handler handler, ticker_core* self, wait_for w) const
    {
        initiate<error_code>(handler, [=](Handler& h) { begin(h, self, w); });
    }

    template <class Handler>
    static void begin(Handler& handler, ticker_core* self, wait_for w)
    {
        // If several threads run the executor, the tick may continue, and end, before its sleep is stored
        // here.
        ref const kept{self};
        auto op = sleep_op<Handler>::start(std::move(handler), self->queue_, self->executor_, w.clock, w.due,
                                           precision::of_the_source);
        std::scoped_lock lock{self->mutex_};
        if (self->decisions_ != w.decision)
            return;
        self->sleep_ = std::move(op);
        if (self->stopped_ || self->changed_) // between the decision and now
            self->sleep_->wake();
    }
};

TASKS_DECL asio::awaitable<void> ticker_core::wait(wait_for w)
{
    return asio::async_initiate<asio::use_awaitable_t<> const, void(error_code)>(
        initiate_wait{}, asio::use_awaitable, this, w);
}

/// Marks the ticker as busy for as long as a tick's coroutine exists.
class tick_in_progress {
public:
    explicit tick_in_progress(ticker_core& core)
        : core_{core}
    {
        core_.enter();
    }
    tick_in_progress(tick_in_progress const&) = delete;
    tick_in_progress& operator=(tick_in_progress const&) = delete;
    ~tick_in_progress() { core_.leave(); }

private:
    ticker_core& core_;
};

TASKS_DECL asio::awaitable<std::optional<iteration>> tick(ref<ticker_core> core)
{
    tick_in_progress const guard{*core};
    for (;;) {
        auto const next = core->decide();
        switch (next.what) {
        case step::call: co_return next.it;
        case step::wait: co_await core->wait(next.wait); break;
        case step::yield: co_await asio::post(asio::use_awaitable); break;
        case step::leave: co_return std::nullopt;
        }
    }
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
