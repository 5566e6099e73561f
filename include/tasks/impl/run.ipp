// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/run.hpp>

#include <cstddef>
#include <type_traits>
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

/// Gives the executor a turn.
struct begin_yield {
    void operator()(resumption&& coroutine, place* p) const noexcept { p->yield(std::move(coroutine)); }
};

/// Goes on when the executor gets to it.
[[nodiscard]] inline asio::awaitable<void> turn(place& p)
{
    return asio::async_initiate<asio::use_awaitable_t<> const, void()>(begin_yield{}, asio::use_awaitable,
                                                                       &p);
}

/// The life of a place, from top to bottom. The first place of a run runs the before hook; while a place works another one may
/// wait for the next slot (see `loop_core::promote`); the last to leave runs the after hook. Nothing is decided here.
///
/// A coroutine of the user's may end on another executor than it began on; then its place goes back first.
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
        if (!loop.is_here()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await turn(p);
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
                co_await turn(p);
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
        if (!loop.is_here()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await turn(p);
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
        if (!loop.is_here()) {
            co_await asio::this_coro::throw_if_cancelled(false);
            co_await turn(p);
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
    if (!loop.is_here()) {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await turn(p);
    }
    loop.finish(p, std::move(failure));
}

/// Calls a function here and now, whatever it is asked for.
class inline_executor {
public:
    template <class Function>
    void execute(Function&& function) const
    {
        auto f = std::decay_t<Function>(std::forward<Function>(function));
        std::move(f)();
    }
    [[nodiscard]] static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept
    {
        return asio::execution::blocking.always;
    }
    [[nodiscard]] inline_executor require(asio::execution::blocking_t::never_t) const noexcept { return {}; }
    friend bool operator==(inline_executor const&, inline_executor const&) noexcept = default;
};

/// The completion handler of a place's coroutine. It has nothing to do, so Asio calls it where it is, which needs no memory; and newer
/// versions of Asio, which emit a cancellation through the handler's executor, emit it at once.
class place_ended {
public:
    using cancellation_slot_type = asio::cancellation_slot;
    using executor_type = inline_executor;

    explicit place_ended(ref<place> p) noexcept
        : place_{std::move(p)}
    {
    }
    [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept
    {
        return place_->cancellation.slot();
    }
    [[nodiscard]] executor_type get_executor() const noexcept { return {}; }
    void operator()(std::exception_ptr const&) const noexcept {}

private:
    ref<place> place_; // keeps the signal for as long as Asio may touch the slot
};

/// Nothing, but larger than any function that Asio executes to take a coroutine's first step.
struct rehearsal {
    void operator()() const noexcept {}
    std::byte size[128]{};
};

TASKS_DECL void start_coroutine(ref<place> p)
{
    asio::any_io_executor const executor{gate_executor{ref<gated const>{p->core.get()}}};
    place_ended handler{p};
    occupant self{std::move(p)};
    struct on_exit {
        ~on_exit() { taking_first_step = nullptr; }
    } const no_longer{};
    // Asio ends the process if the first step fails. So it is taken here, and not by way of the executor, on which this already is. What
    // memory Asio needs for it, it takes from that of functions which the thread has executed just before; so let there be one, whose
    // failure is but an exception.
    taking_first_step = self.where().core.get();
    executor.execute(rehearsal{});
    taking_first_step = self.where().core.get();

    asio::co_spawn(executor, run(std::move(self)), std::move(handler));
}

} // namespace detail
TASKS_END_NAMESPACE
