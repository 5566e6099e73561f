// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/coroutine.hpp>
#include <tasks/asio/detail/gate.hpp>
#include <tasks/asio/detail/post.hpp>
#include <tasks/base/detail/quiet_coroutines.hpp>
#include <tasks/loop/detail/direct_call.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <exception>
#include <utility>

TASKS_BEGIN_NAMESPACE
TASKS_BEGIN_COROUTINES
namespace detail {

TASKS_DECL direct_call::direct_call(ref<loop_core> loop, std::shared_ptr<void const> args,
                                    ref<joiner> who) noexcept
    : core{std::move(loop)}
    , arguments{std::move(args)}
    , caller{std::move(who)}
{
}

TASKS_DECL void direct_call::cancel(asio::cancellation_type type) noexcept
{
    try {
        asio::post(core->executor(), [self = ref{this}, type] { self->cancellation.emit(type); });
    } catch (...) {
        // The body continues, and its caller waits for it, as if the cancellation had been too late.
    }
}

/// Owns a direct call during its coroutine. It is a parameter of the coroutine, so that it is destroyed last,
/// even if the coroutine is never resumed.
class call_frame {
public:
    explicit call_frame(ref<direct_call> c) noexcept
        : call_{std::move(c)}
    {
    }
    call_frame(call_frame&&) noexcept = default;
    call_frame& operator=(call_frame&&) = delete;
    ~call_frame()
    {
        if (call_)
            call_->core->call_lost(*call_);
    }

    void ended(std::exception_ptr failure) noexcept { call_->core->call_ended(*call_, std::move(failure)); }

private:
    ref<direct_call> call_;
};

TASKS_DECL loop_coroutine run_call(call_frame self, asio::awaitable<void> called)
{
    std::exception_ptr failure;
    try {
        co_await std::move(called);
    } catch (...) {
        failure = std::current_exception();
    }
    self.ended(std::move(failure));
}

TASKS_DECL void run_directly(ref<direct_call> c)
{
    auto& loop = *c->core;
    try {
        auto called = loop.begin_call(*c);
        if (called.valid()) {
            asio::any_io_executor const executor{gate_executor{ref<gated const>{&loop}}};
            begin_coroutine(run_call(call_frame{c}, std::move(called)), executor, c->cancellation.slot(), *c);
        } else {
            loop.call_ended(*c, nullptr);
        }
    } catch (...) {
        loop.call_ended(*c, std::current_exception());
    }
}

TASKS_DECL void lose_direct_call([[maybe_unused]] direct_call& c) noexcept
{
    c.core->call_lost(c);
}

/// Begins a direct call on the loop's executor.
using call_op = posted_op<direct_call, run_directly, lose_direct_call>;

TASKS_DECL void loop_core::call_directly(ref<direct_call> c) noexcept
{
    std::exception_ptr failure;
    try {
        {
            std::scoped_lock lock{mutex_};
            if (!gone())
                make_parts().calls.push_back(c);
        }
        if (gone()) {
            failure = loop_was_destroyed();
        } else {
            assert_unlocked();
            auto* const object = c.get();
            post_or_throw(object, executor(), call_op{c});
        }
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure)
        call_ended(*c, std::move(failure));
}

TASKS_DECL asio::awaitable<void> loop_core::begin_call(direct_call& c)
{
    if (gone())
        return done();
    auto const now = queue_->now();
    c.it.number = current_loop();
    c.it.slot = c.it.start = time_point{now.wall};
    c.it.cause = cause::direct;
    assert_unlocked();
    return invoke_body(c.it, c.arguments.get());
}

/// Takes the caller; null if the call has been completed already.
TASKS_DECL ref<joiner> loop_core::take_caller(direct_call& c) noexcept
{
    ref<direct_call> listed; // the core's own reference; the caller of this function has another
    std::scoped_lock lock{mutex_};
    if (auto* const own = own_parts())
        listed = own->calls.take(c);
    return std::move(c.caller);
}

TASKS_DECL void loop_core::call_ended(direct_call& c, std::exception_ptr failure) noexcept
{
    if (auto const caller = take_caller(c))
        caller->complete(std::move(failure), executor());
}

TASKS_DECL void loop_core::call_lost(direct_call& c) noexcept
{
    if (auto const caller = take_caller(c)) {
        if (queue_->closed())
            caller->abandon(context_went_away());
        else
            caller->complete(handler_was_destroyed(), executor());
    }
}

TASKS_DECL void loop_core::abandon_calls() noexcept
{
    // Take them one at a time, because a completion or cancellation may end other calls.
    for (;;) {
        ref<direct_call> c;
        ref<joiner> caller;
        {
            std::scoped_lock lock{mutex_};
            if (auto* const own = own_parts())
                c = own->calls.take_first();
            if (!c)
                return;
            caller = std::move(c->caller);
        }
        if (queue_->closed()) {
            caller->abandon(loop_was_destroyed());
        } else {
            caller->complete(loop_was_destroyed(), executor());
            c->cancel(asio::cancellation_type::terminal);
        }
    }
}

} // namespace detail
TASKS_END_COROUTINES
TASKS_END_NAMESPACE
