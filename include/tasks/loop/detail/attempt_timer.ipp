// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/post.hpp>
#include <tasks/base/errors.hpp>
#include <tasks/loop/detail/attempt_timer.hpp>
#include <tasks/loop/detail/loop_core.hpp>

#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

TASKS_DECL void attempt_timer::start(worker& w, nanoseconds due)
{
    if (!w.timer)
        w.timer = ref{new attempt_timer};
    w.timed_out = false;
    auto& t = *w.timer;
    t.self_ = ref{&t};
    t.worker_ = ref{&w};
    t.due_ = due;
    t.measures_ = true;
    w.core->queue()->wait(t, clock_kind::steady, due);
}

TASKS_DECL void attempt_timer::stop(worker& w) noexcept
{
    if (!w.timer || !std::exchange(w.timer->measures_, false))
        return;
    auto& t = *w.timer;
    if (w.core->queue()->remove(t)) {
        t.worker_ = {};
        t.self_ = {};
    } else {
        t.stopped_ = true;
        w.timer = {};
    }
}

TASKS_DECL void expire_attempt(ref<attempt_timer> t)
{
    auto const w = std::move(t->worker_);
    if (!t->stopped_)
        w->core->attempt_timed_out(*w);
}

TASKS_DECL void discard_attempt_timer(attempt_timer& t) noexcept
{
    t.worker_ = {};
}

/// Cancels the attempt on the loop's executor.
using expire_attempt_op = posted_op<attempt_timer, expire_attempt, discard_attempt_timer>;

TASKS_DECL void attempt_timer::ready() noexcept
{
    auto& core = *worker_->core;
    if (core.queue()->steady() < due_) { // woken too early
        core.queue()->wait_again(*this, clock_kind::steady, due_);
        return;
    }
    auto const self = std::exchange(self_, {});
    if (core.try_here([&self] { expire_attempt(self); }))
        return;
    try {
        post_or_throw(this, core.executor(), expire_attempt_op{self});
    } catch (abandoned const&) {
        discard(); // the executor destroys the functions given to it
    } catch (...) {
        self_ = self;
        core.queue()->wait_for_memory(*this);
    }
}

TASKS_DECL void attempt_timer::discard() noexcept
{
    ref const self{this};
    self_ = {};
    worker_ = {};
}

} // namespace detail
TASKS_END_NAMESPACE
