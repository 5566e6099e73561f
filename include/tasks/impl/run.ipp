// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/run.hpp>

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

/// Begins the wait that a place has decided on.
struct begin_wait {
    void operator()(resumption&& coroutine, place* p) const noexcept { p->park(std::move(coroutine)); }
};

/// The life of a place, from top to bottom. The first place of a run runs the before hook; while a place works another one may
/// wait for the next slot (see `loop_core::promote`); the last to leave runs the after hook. Nothing is decided here.
///
/// What is awaited of the user's is bound to a name first: GCC 12 frees the temporaries of a `co_await` expression twice.
TASKS_DECL asio::awaitable<void> run(occupant self)
{
    auto& p = self.where();
    auto& loop = *p.core;

    if (p.opens_the_run) {
        std::exception_ptr failure;
        try {
            auto hook = loop.call_before_hook(p);
            if (hook.valid()) {
                p.state_touched = true;
                co_await std::move(hook);
            }
        } catch (...) {
            failure = std::current_exception();
        }
        loop.before_hook_ended(p, std::move(failure));
    }

    auto next = loop.next_step(p);
    while (next != step::leave) {
        if (next == step::vanish)
            co_return;
        std::exception_ptr failure;
        try {
            if (p.state_touched) {
                co_await asio::this_coro::reset_cancellation_state();
                co_await asio::this_coro::throw_if_cancelled(true);
                p.state_touched = false;
            }
            if (next == step::wait) {
                co_await asio::async_initiate<asio::use_awaitable_t<> const, void()>(begin_wait{},
                                                                                     asio::use_awaitable, &p);
            } else if (next == step::yield) {
                co_await asio::post(asio::use_awaitable);
            } else {
                auto body = loop.call_body(p);
                if (body.valid()) {
                    p.state_touched = true;
                    co_await std::move(body);
                }
            }
        } catch (...) {
            failure = std::current_exception();
        }
        if (next == step::attempt && failure)
            loop.attempt_failed(p, std::move(failure));
        else if (next == step::attempt)
            loop.attempt_succeeded(p);
        else if (failure)
            loop.wait_failed(p, std::move(failure));
        next = loop.next_step(p);
    }

    if (p.state_touched) {
        co_await asio::this_coro::reset_cancellation_state();
        co_await asio::this_coro::throw_if_cancelled(true);
    }

    if (loop.wants_error_hook(p)) {
        std::exception_ptr failure;
        try {
            auto hook = loop.call_error_hook(p);
            if (hook.valid())
                co_await std::move(hook);
        } catch (...) {
            failure = std::current_exception();
        }
        loop.error_hook_ended(p, std::move(failure));
    }

    if (!loop.last_one_out(p))
        co_return;

    auto failure = p.lost_after_hook;
    if (!failure) {
        try {
            auto hook = loop.call_after_hook(p);
            if (hook.valid())
                co_await std::move(hook);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    loop.finish(p, std::move(failure));
}

/// The completion handler of a place's coroutine. It has a cancellation slot, and deliberately no executor of its own: newer
/// versions of Asio would dispatch the cancellation to it, instead of emitting it at once.
class place_ended {
public:
    using cancellation_slot_type = asio::cancellation_slot;

    explicit place_ended(ref<place> p) noexcept
        : place_{std::move(p)}
    {
    }
    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept
    {
        return place_->cancellation.slot();
    }
    void operator()(std::exception_ptr const&) const noexcept {}

private:
    ref<place> place_; // keeps the signal for as long as Asio may touch the slot
};

TASKS_DECL void start_coroutine(ref<place> p)
{
    gate_executor const executor{ref<gated const>{p->core.get()}};
    place_ended handler{p};
    asio::co_spawn(executor, run(occupant{std::move(p)}), std::move(handler));
}

} // namespace detail
TASKS_END_NAMESPACE
