// SPDX-License-Identifier: MIT
#pragma once

// A place while it rests, and how it goes on.

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/posting.hpp>
#include <tasks/detail/run.hpp>
#include <tasks/errors.hpp>
#include <tasks/log.hpp>

#include <chrono>
#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Goes on through the executor; if that destroys the function instead, the place is lost.
struct resume_op {
    explicit resume_op(ref<place> p) noexcept
        : where{std::move(p)}
    {
    }
    resume_op(resume_op&&) noexcept = default;
    resume_op& operator=(resume_op&&) = delete;
    ~resume_op()
    {
        if (where && !refused(where.get()))
            where->discard();
    }
    void operator()() { std::exchange(where, {})->resume(); }

    ref<place> where;
};

TASKS_DECL place::place(ref<loop_core> loop) noexcept
    : waiter{loop.get()}
    , core{std::move(loop)}
{
}

TASKS_DECL void place::dispose() const noexcept
{
    auto const loop = core; // it has the memory
    std::destroy_at(this);
    loop->memory().deallocate(const_cast<place*>(this), sizeof(place));
}

TASKS_DECL void place::rest() noexcept
{
    switch (then) {
    case step::wait: core->queue()->wait_again(*this, wait_clock, wait_until); break;
    case step::yield: post_resumption(); break;
    case step::call:
    case step::leave:
        if (!finished)
            core->place_lost(*this);
    }
}

TASKS_DECL void place::rest(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    rest();
}

TASKS_DECL void place::yield(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    post_resumption();
}

TASKS_DECL void place::ready() noexcept
{
    if (!core->try_here([this] { resume(); }))
        post_resumption();
}

/// The executor is that of a serializer, which gets to it.
TASKS_DECL void place::call() noexcept
{
    ref<place>::adopt(this)->resume();
}

TASKS_DECL void place::drop() noexcept
{
    ref<place>::adopt(this)->discard();
}

TASKS_DECL void place::post_resumption() noexcept
{
    using namespace std::chrono_literals;
    assert_unlocked();
    ref const self{this}; // for it may be resumed, and end, before the call returns
    if (auto* const serial = core->serial()) {
        serial->post(static_cast<queued&>(*ref{self}.release()));
        return;
    }
    try {
        post_for(this, core->executor(), resume_op{self});
    } catch (abandoned const&) {
        discard(); // the executor destroys what it is given
    } catch (...) {
        // No memory. Try again soon.
        core->queue()->wait(*this, clock_kind::steady, later(core->queue()->steady(), 1ms));
    }
}

TASKS_DECL void place::resume() noexcept
{
    ref self{this};
    auto coroutine = std::exchange(parked_, std::nullopt);
    if (!coroutine) {
        run(std::move(self));
        return;
    }
    // If the loop is gone the coroutine ends at once, which needs no memory; its destruction from here would be posted by Asio.
    try {
        std::move (*coroutine)();
    } catch (...) {
        detail::report({.loop = core->name(),
                        .what = "the coroutine could not be ended",
                        .exception = std::current_exception()});
    }
}

TASKS_DECL void place::discard() noexcept
{
    ref const self{this};
    then = step::leave;
    if (auto coroutine = std::exchange(parked_, std::nullopt))
        unwind(std::move(*coroutine));
    else
        rest();
}

} // namespace detail
TASKS_END_NAMESPACE
