// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/duration_text.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/asked_timeline.hpp>
#include <tasks/loop/detail/queue_clocks.hpp>
#include <tasks/loop/detail/ticker_core.hpp>
#include <tasks/run/detail/decide.ipp>

#include <stdexcept>
#include <string>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

TASKS_DECL ticker_core::ticker_core(asio::any_io_executor executor, options o)
    : executor_{ungated(executor)}
    , queue_{timer_queue::of(executor_)}
    , timeline_{(check_for_ticker(o), std::move(o.every)), rules_of(o)}
    , count_{o.count}
{
}

TASKS_DECL void ticker_core::check_for_ticker(options const& o)
{
    check(o);
    check_for_ticker(o.every);
    auto const refuse = [](std::string const& option, char const* why) {
        throw bad_option{"tasks: " + option + ": must be omitted for a ticker, because " + why};
    };
    if (o.overlap.allows(1))
        throw bad_option{
            "tasks: the overlap of a ticker must be 1, because its ticks are taken one at a time"};
    if (o.jitter)
        refuse("jitter", "a tick comes at its slot; its caller can put off the work");
    if (o.timeout)
        refuse("timeout " + duration_text(*o.timeout), "the work between two ticks is the caller's");
    if (o.retries)
        refuse("retries " + std::to_string(*o.retries), "its caller handles the errors");
    if (o.on_error != on_error::end_run)
        refuse("on_error next_slot", "its caller handles the errors");
}

TASKS_DECL void ticker_core::check_for_ticker(schedule const& every)
{
    check(every);
    if (every.is_on_trigger())
        throw bad_option{
            "tasks: the schedule '" + to_string(every) +
            "' has no ticks: a ticker needs a schedule with slots, because it cannot be triggered"};
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
    check_for_ticker(every);
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
    bool const unknown = taken_ && timeline_->follows_end() && !timeline_->back_to_back();
    if (!next || unknown || stopped_ || (count_ && served_ >= static_cast<std::uint64_t>(*count_)))
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
    if (!std::exchange(taken_, false))
        return;
    auto const now = queue_->now();
    timeline_.touch().ended(now);
    timeline_.touch().worker_freed(now);
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
        do
            a = run_state::consult(t, worker_, {.watched = true}, queue_clocks{*queue_, true});
        while (!a.yields && a.what_now.what == verdict::action::pass);
    };
    if (!change_unlocked(timeline_, lock, old, is_open, ask))
        return {};
    worker_.burst = 0;
    if (a.yields)
        return {.what = step::yield, .it = {}, .wait = {}};
    switch (a.what_now.what) {
    case verdict::action::exhausted:
    case verdict::action::pass:
    case verdict::action::draw: break;
    case verdict::action::wait:
        return {.what = step::wait,
                .it = {},
                .wait = {.clock = a.clock, .due = a.what_now.until, .decision = decisions_}};
    case verdict::action::run:
        worker_.burst = 1;
        taken_ = true;
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
        case step::draw:
        case step::again:
        case step::leave: co_return std::nullopt;
        }
    }
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
