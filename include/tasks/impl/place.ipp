// SPDX-License-Identifier: MIT
#pragma once

// A place while its coroutine is suspended by the loop, and how it goes on.

#include <tasks/detail/loop_core.hpp>
#include <tasks/detail/posting.hpp>
#include <tasks/detail/prefetch.hpp>
#include <tasks/errors.hpp>
#include <tasks/log.hpp>

#include <chrono>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

/// Continues a coroutine through its executor; if that destroys the function instead, the coroutine is unwound.
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
    : core{std::move(loop)}
{
}

TASKS_DECL void place::park(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    core->queue()->wait(*this, wait_clock, wait_until);
}

TASKS_DECL void place::yield(resumption&& coroutine) noexcept
{
    parked_.emplace(std::move(coroutine));
    post_resumption();
}

TASKS_DECL void place::ready() noexcept
{
    ref const self{this}; // for it may be resumed, and end, before the call returns
    if (!core->try_here([this] { resume(); }))
        post_resumption();
}

TASKS_DECL void place::prefetch() noexcept
{
    detail::prefetch(core.get(), sizeof(loop_core) + 32);
    if (parked_)
        prefetch_frame(*parked_);
}

TASKS_DECL void place::post_resumption() noexcept
{
    using namespace std::chrono_literals;
    ref const self{this}; // for it may be resumed, and end, before the call returns
    try {
        post_for(this, core->executor(), resume_op{self});
    } catch (abandoned const&) {
        discard(); // the executor destroys what it is given
    } catch (...) {
        // No memory. The coroutine is still parked, so try again soon.
        core->queue()->wait(*this, clock_kind::steady, later(core->queue()->steady(), 1ms));
    }
}

// The coroutine may hold the last reference to its own place, so that is kept until the coroutine has gone.

TASKS_DECL void place::resume() noexcept
{
    ref const self{this};
    auto coroutine = std::move(*parked_);
    parked_.reset();
    // If the loop is gone the coroutine ends at once, which needs no memory; its destruction from here would be posted by Asio.
    try {
        std::move(coroutine)();
    } catch (...) {
        detail::report({.loop = core->name(),
                        .what = "the coroutine could not be ended",
                        .exception = std::current_exception()});
    }
}

TASKS_DECL void place::discard() noexcept
{
    ref const self{this};
    auto coroutine = std::move(*parked_);
    parked_.reset();
    unwind(std::move(coroutine));
}

} // namespace detail
TASKS_END_NAMESPACE
