// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/coroutine.hpp>
#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/run.hpp>

#include <exception>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Owns a place on behalf of its coroutine. A parameter, not a local: it also sees the end of a coroutine that is destroyed
/// before its first step.
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
        if (place_ && !place_->finished)
            place_->core->place_lost(*place_);
    }

    [[nodiscard]] place& where() const noexcept { return *place_; }

private:
    ref<place> place_;
};

/// Suspends the coroutine for the wait that its place has decided on.
struct parking {
    place* where;
    void operator()(resumption&& coroutine) const noexcept { where->park(std::move(coroutine)); }
};

/// Suspends it until the executor gets to it.
struct yielding {
    place* where;
    void operator()(resumption&& coroutine) const noexcept { where->yield(std::move(coroutine)); }
};

/// The life of a place, from top to bottom. The first place of a run calls the before hook; while a place works another one may wait for the
/// next slot (see `loop_core::promote`); the last to leave calls the after hook. Nothing is decided here.
///
/// What is awaited of the user's is bound to a name first: GCC 12 frees the temporaries of a `co_await` expression twice.
TASKS_DECL loop_coroutine run(occupant self)
{
    auto& p = self.where();
    auto& loop = *p.core;

    for (auto next = loop.next_step(p); next != step::leave; next = loop.next_step(p)) {
        std::exception_ptr failure;
        try {
            if (p.state_touched) {
                co_await asio::this_coro::reset_cancellation_state();
                co_await asio::this_coro::throw_if_cancelled(true);
                p.state_touched = false;
            }
            if (next == step::wait) {
                co_await suspend(parking{&p});
            } else if (next == step::yield) {
                co_await suspend(yielding{&p});
            } else {
                auto called = loop.call(p);
                if (called.valid()) {
                    p.state_touched = true;
                    co_await std::move(called);
                }
            }
        } catch (...) {
            failure = std::current_exception();
        }
        // A coroutine of the user's may end on another executor than it began on.
        if (p.state_touched && !loop.is_here()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await suspend(yielding{&p});
        }
        loop.step_ended(p, next, std::move(failure));
    }
}

TASKS_DECL void start_coroutine(ref<place> p)
{
    asio::any_io_executor const executor{gate_executor{ref<gated const>{p->core.get()}}};
    auto const slot = p->cancellation.slot();
    begin_coroutine(run(occupant{p}), executor, slot, p);
}

} // namespace detail
TASKS_END_NAMESPACE
