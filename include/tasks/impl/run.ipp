// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/coroutine.hpp>
#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/quiet_coroutines.hpp>
#include <tasks/detail/run.hpp>

#include <exception>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

/// A place on behalf of the coroutine in which it awaits those of the user's. A parameter, not a local: the place rests when of the
/// coroutine nothing is left, for another thread may run it on at once.
class occupant {
public:
    explicit occupant(ref<place> p) noexcept
        : place_{std::move(p)}
    {
    }
    occupant(occupant&&) noexcept = default;
    occupant& operator=(occupant&&) = delete;
    ~occupant()
    {
        if (!place_ || !begun_)
            return;
        place_->cancellation.slot().clear(); // its memory is for the next coroutine of this thread
        place_->rest();
    }

    /// The coroutine takes its first step; before it nobody need hear of its end.
    [[nodiscard]] place& begin() noexcept
    {
        begun_ = true;
        return *place_;
    }

private:
    ref<place> place_;
    bool begun_ = false;
};

/// Suspends the coroutine while its place rests.
struct resting {
    place* where;
    void operator()(resumption&& coroutine) const noexcept { where->rest(std::move(coroutine)); }
};

/// Suspends it until the executor gets to it.
struct yielding {
    place* where;
    void operator()(resumption&& coroutine) const noexcept { where->yield(std::move(coroutine)); }
};

/// Awaits a coroutine of the user's, and goes on with the place's steps, and the coroutines in them.
///
/// What is awaited of the user's is bound to a name: GCC 12 frees the temporaries of a `co_await` expression twice.
TASKS_DECL loop_coroutine run_coroutine(occupant self, asio::awaitable<void> called)
{
    auto& p = self.begin();
    auto& loop = *p.core;
    bool state_touched = false; // a coroutine of the user's may have changed the cancellation state

    do {
        std::exception_ptr failure;
        try {
            if (std::exchange(state_touched, called.valid())) {
                co_await asio::this_coro::reset_cancellation_state();
                co_await asio::this_coro::throw_if_cancelled(true);
            }
            if (called.valid()) {
                co_await std::move(called);
            } else if constexpr (coroutines_rest) {
                co_await suspend(resting{&p});
            }
        } catch (...) {
            failure = std::current_exception();
        }
        // A coroutine of the user's may end on another executor than it began on.
        if (state_touched && !loop.is_here()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await suspend(yielding{&p});
        }
        loop.step_ended(p, std::move(failure));
        called = loop.advance(p);
    } while (called.valid() || (coroutines_rest && p.then != step::leave));
}

/// The life of a place, from top to bottom. The first place of a run calls the before hook; while a place works another one may wait for the
/// next slot (see `loop_core::promote`); the last to leave calls the after hook. Nothing is decided here.
TASKS_DECL void run(ref<place> p)
{
    auto& place = *p;
    auto& loop = *place.core;
    for (;;) {
        auto called = loop.advance(place);
        if (!called.valid()) {
            place.rest();
            return;
        }
        try {
            asio::any_io_executor const executor{gate_executor{ref<gated const>{&loop}}};
            begin_coroutine(run_coroutine(occupant{std::move(p)}, std::move(called)), executor,
                            place.cancellation.slot(), place);
            return;
        } catch (...) {
            p = ref{&place}; // which the run has, too, until it comes to its end
            loop.step_ended(place, std::current_exception());
        }
    }
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
