// SPDX-License-Identifier: MIT
#pragma once

// A worker: how it parks and resumes, and its steps from the first to the last.

#include <tasks/asio/detail/coroutine.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/attempt_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>
#include <tasks/loop/detail/worker.hpp>
#include <tasks/loop/log.hpp>

#include <exception>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

TASKS_DECL void resume_worker(ref<worker> w)
{
    w->resume();
}
TASKS_DECL void discard_worker(worker& w) noexcept
{
    w.discard();
}

/// Resumes a worker through the executor.
using resume_op = posted_op<worker, resume_worker, discard_worker>;

TASKS_DECL worker::worker(ref<loop_core> loop) noexcept
    : waiter{loop.get(), loop->own_strand()}
    , core{std::move(loop)}
{
}

TASKS_DECL worker::~worker() = default;

TASKS_DECL void worker::dispose() const noexcept
{
    auto const loop = core; // it owns the memory
    std::destroy_at(this);
    loop->memory().deallocate(const_cast<worker*>(this), sizeof(worker));
}

TASKS_DECL void worker::park() noexcept
{
    switch (then) {
    case step::wait: core->queue()->wait_again(*this, wait_clock, wait_until); break;
    case step::yield: post_resumption(); break;
    case step::call:
    case step::draw:
    case step::again:
    case step::leave:
        if (!finished)
            core->worker_lost(*this);
    }
}

TASKS_DECL void worker::park(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    park();
}

TASKS_DECL void worker::yield(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    post_resumption();
}

TASKS_DECL void worker::ready() noexcept
{
    if (!core->try_here([this] { resume(); }))
        post_resumption();
}

/// Called by the loop's own strand.
TASKS_DECL void worker::call() noexcept
{
    ref<worker>::adopt(this)->resume();
}

TASKS_DECL void worker::drop() noexcept
{
    ref<worker>::adopt(this)->discard();
}

TASKS_DECL void worker::post_resumption() noexcept
{
    assert_unlocked();
    ref const self{this}; // it may be resumed, and end, before the call returns
    if (auto* const s = core->own_strand()) {
        s->post(static_cast<queued&>(*ref{self}.release()));
        return;
    }
    try {
        post_or_throw(this, core->executor(), resume_op{self});
    } catch (abandoned const&) {
        discard(); // the executor destroys the functions given to it
    } catch (...) {
        core->queue()->wait_for_memory(*this);
    }
}

TASKS_DECL void worker::resume() noexcept
{
    ref self{this};
    auto coroutine = std::exchange(parked_, std::nullopt);
    if (!coroutine) {
        run(std::move(self));
        return;
    }
    // If the loop is gone, the resumed coroutine ends at once, without an allocation. Asio would post its
    // destruction, which needs memory.
    try {
        std::move (*coroutine)();
    } catch (...) {
        detail::report({.loop = core->name(),
                        .what = "the coroutine could not be ended",
                        .exception = std::current_exception()});
    }
}

TASKS_DECL void worker::discard() noexcept
{
    ref const self{this};
    then = step::leave;
    if (auto coroutine = std::exchange(parked_, std::nullopt))
        unwind(std::move(*coroutine));
    else
        park();
}

/// Keeps the worker alive while its coroutine awaits user code. It is a coroutine parameter so that it is
/// destroyed last: once parked, the worker may be resumed on another thread at once.
class worker_frame {
public:
    explicit worker_frame(ref<worker> w) noexcept
        : worker_{std::move(w)}
    {
    }
    worker_frame(worker_frame&&) noexcept = default;
    worker_frame& operator=(worker_frame&&) = delete;
    ~worker_frame()
    {
        if (!worker_ || !begun_)
            return;
        worker_->cancellation.slot().clear(); // its memory is reused by the next coroutine of this thread
        worker_->park();
    }

    /// Marks the first step of the coroutine. Its end is reported only after that.
    [[nodiscard]] worker& begin() noexcept
    {
        begun_ = true;
        return *worker_;
    }

private:
    ref<worker> worker_;
    bool begun_ = false;
};

/// Suspends the coroutine while its worker is parked.
struct parking {
    worker* where;
    void operator()(resumption&& coroutine) const noexcept { where->park(std::move(coroutine)); }
};

/// Suspends the coroutine until the executor resumes it.
struct yielding {
    worker* where;
    void operator()(resumption&& coroutine) const noexcept { where->yield(std::move(coroutine)); }
};

/// Awaits a user's coroutine, and then takes the worker's further steps and awaits their coroutines.
///
/// The awaited coroutine has a name, because GCC 12 frees the temporaries of a `co_await` expression twice.
TASKS_DECL loop_coroutine run_coroutine(worker_frame self, asio::awaitable<void> called)
{
    auto& w = self.begin();
    auto& loop = *w.core;
    bool state_touched = false; // a user's coroutine may have changed the cancellation state

    do {
        std::exception_ptr failure;
        try {
            if (std::exchange(state_touched, called.valid())) {
                co_await asio::this_coro::reset_cancellation_state();
                co_await asio::this_coro::throw_if_cancelled(true);
            }
            if (called.valid()) {
                co_await std::move(called);
            } else if constexpr (coroutines_park) {
                co_await suspend(parking{&w});
            }
        } catch (...) {
            failure = std::current_exception();
        }
        // A user's coroutine may end on another executor than it began on.
        if (state_touched && !loop.running_in_this_thread()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await suspend(yielding{&w});
        }
        loop.step_ended(w, std::move(failure));
        called = loop.advance(w);
    } while (called.valid() || (coroutines_park && w.then != step::leave));
}

/// Runs a worker, from its first step to its last. The first worker of a run calls the before hook. While a
/// worker is busy, another one may wait for the next slot (see `loop_core::promote`). The last one to leave
/// calls the after hook. All decisions are made by `run_state`.
TASKS_DECL void run(ref<worker> owner)
{
    auto& w = *owner;
    auto& loop = *w.core;
    for (;;) {
        auto called = loop.advance(w);
        if (!called.valid()) {
            w.park();
            return;
        }
        try {
            asio::any_io_executor const executor{gate_executor{ref<gated const>{&loop}}};
            begin_coroutine(run_coroutine(worker_frame{std::move(owner)}, std::move(called)), executor,
                            w.cancellation.slot(), w);
            return;
        } catch (...) {
            owner = ref{&w}; // which the run has, too, until it comes to its end
            loop.step_ended(w, std::current_exception());
        }
    }
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
